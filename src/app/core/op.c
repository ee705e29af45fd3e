/* op.c — the clock and the permission of an act. */
#include "op.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

bool op_may(const struct op *op, enum may m)
{
	return role_may(op->actor.role, m);
}

bool op_reads(const struct op *op, enum compartment c)
{
	const struct role_row *r = &roles[op->actor.role];

	return (r->reads[DOSSIER_FR] | r->reads[DOSSIER_COR]) & COMP_BIT(c);
}

/* A demonstration may be moved from outside by a file holding one date and time. */
static bool clock_from_file(const char *path, msec *out)
{
	char text[40];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof text);
	close(fd);
	return n > 0 && msec_parse(str_trim((str){text, (size_t)n}), out);
}

/* Offset of Europe/Paris: last Sundays of March and October at 01:00 UTC (Directive 2000/84/EC). */
static msec paris_offset(msec t)
{
	struct civil c = day_civil(day_of_msec(t));
	day march = day_of(c.year, 3, 31), october = day_of(c.year, 10, 31);
	msec from, to;

	march -= day_weekday(march) % 7;
	october -= day_weekday(october) % 7;
	from = march * DAY_MS + 3600000;
	to = october * DAY_MS + 3600000;
	return t >= from && t < to ? 7200000 : 3600000;
}

msec op_midnight(day d)
{
	return (msec)d * DAY_MS - paris_offset((msec)d * DAY_MS);
}

day op_day_at(msec t)
{
	return day_of_msec(t + paris_offset(t));
}

void op_clock(struct op *op, msec real_now)
{
	op->now = real_now + op->house->clock_shift;
	if (op->house->clock_file)
		clock_from_file(op->house->clock_file, &op->now);
	op->today = op_day_at(op->now);
	op->ahead = op->today - op_day_at(real_now);
}

static int by_object(const void *a, const void *b)
{
	const struct pass *x = a, *y = b;

	return id_cmp(x->object.v, y->object.v);
}

struct err *op_passes(struct op *op)
{
	struct pass *list;

	if (!op_may(op, MAY_GLASS)) /* the others reach files by their role */
		return NULL;
	TRY(vault_passes_mine(op->vault, op->a, op->token, &list, &op->n_passes));
	qsort(list, op->n_passes, sizeof *list, by_object);
	op->passes = list;
	return NULL;
}

bool op_given(const struct op *op, struct id object)
{
	struct pass key = {.object = {object}};

	return op->n_passes && bsearch(&key, op->passes, op->n_passes, sizeof key, by_object);
}
