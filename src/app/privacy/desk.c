/* desk.c — requests and breaches: their clocks, the rules of filing them, reading them in order of urgency. */
#include "desk.h"

#include <stdlib.h>

#include "heads.h"

#define MINUTE ((msec)60 * 1000)
#define HOUR (60 * MINUTE)

day request_due(day received, bool extended)
{
	return received == NO_DAY ? NO_DAY : day_add_months(received, extended ? 3 : 1);
}

bool hour_parse(str s, int *minutes)
{
	int64_t h, m;

	if (s.n != 5 || s.p[2] != ':' || s.p[0] < '0' || s.p[0] > '2' || s.p[3] < '0' || s.p[3] > '5' ||
	    !str_to_i64(str_sub(s, 0, 2), &h) || !str_to_i64(str_sub(s, 3, 5), &m) || h > 23)
		return false;
	*minutes = (int)(h * 60 + m);
	return true;
}

msec desk_moment(day on, int minutes)
{
	msec begins = op_midnight(on), longer = op_midnight(on + 1) - begins - DAY_MS;

	return begins + minutes * MINUTE + (minutes >= 3 * 60 ? longer : 0);
}

static msec moment_in(const struct json *answers, const char *on, const char *at)
{
	day d = json_day(answers, on);
	int minutes;

	return d != NO_DAY && hour_parse(json_text(answers, at), &minutes) ? desk_moment(d, minutes) : 0;
}

struct request request_of(const struct filled *f)
{
	struct request r = {
		.r = f->r,
		.answers = f->answers,
		.right = json_text(f->answers, "right"),
		.code = json_text(f->answers, "case_code"),
		.state = json_text(f->answers, "state"),
		.received = json_day(f->answers, "received_on"),
		.answered = json_day(f->answers, "answered_on"),
		.extended = json_says(f->answers, "extended", "YES"),
		.open = json_says(f->answers, "state", "OPEN"),
	};

	r.due = request_due(r.received, r.extended);
	return r;
}

struct breach breach_of(const struct filled *f, msec now)
{
	struct breach b = {
		.r = f->r,
		.answers = f->answers,
		.aware = moment_in(f->answers, "aware_on", "aware_at"),
		.waits = json_says(f->answers, "authority", "NOT_YET"),
		.told = !json_says(f->answers, "told", "NOT_YET"),
		.open = !json_says(f->answers, "closed", "YES"),
	};
	msec said = moment_in(f->answers, "authority_on", "authority_at");

	b.until = b.aware + BREACH_HOURS * HOUR;
	b.late = b.waits ? now > b.until : json_says(f->answers, "authority", "DONE") && said > b.until;
	return b;
}

static int by_due(const void *x, const void *y)
{
	const struct request *a = x, *b = y;

	if (a->open != b->open)
		return a->open ? -1 : 1;
	if (!a->open)
		return a->received > b->received ? -1 : a->received < b->received;
	return a->due < b->due ? -1 : a->due > b->due;
}

static int by_hours(const void *x, const void *y)
{
	const struct breach *a = x, *b = y;

	if (a->open != b->open)
		return a->open ? -1 : 1;
	if (a->waits != b->waits)
		return a->waits ? -1 : 1;
	return a->open && a->waits ? (a->until > b->until) - (a->until < b->until)
				   : (a->aware < b->aware) - (a->aware > b->aware);
}

bool desk_finds(const struct op *op, str code, struct head *out)
{
	return heads_by_code(op->house->heads, str_trim(code), out) && (op_may(op, MAY_DESK) || kase_visible(op, out));
}

/* Whoever recorded it, and who has the file it concerns. */
static bool shown(const struct op *op, const struct record *r, str code)
{
	struct head h;

	return op_may(op, MAY_DESK) || id_eq(r->author.v, op->actor.id.v) || (code.n && desk_finds(op, code, &h));
}

struct err *requests_read(struct op *op, const struct kase *desk, struct request **out, size_t *n)
{
	struct filled *list;
	size_t count;

	TRY(record_all(op, desk, "REQ", &list, &count));
	*out = NEWS(op->a, struct request, count + 1);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		struct request r = request_of(&list[i]);

		if (shown(op, &r.r, r.code))
			(*out)[(*n)++] = r;
	}
	qsort(*out, *n, sizeof **out, by_due);
	return NULL;
}

struct err *breaches_read(struct op *op, const struct kase *desk, struct breach **out, size_t *n)
{
	struct filled *list;
	size_t count;

	TRY(record_all(op, desk, "BRE", &list, &count));
	*out = NEWS(op->a, struct breach, count + 1);
	*n = 0;
	for (size_t i = 0; i < count; i++)
		if (shown(op, &list[i].r, STR("")))
			(*out)[(*n)++] = breach_of(&list[i], op->now);
	qsort(*out, *n, sizeof **out, by_hours);
	return NULL;
}

static bool named(const struct json *rows, str code)
{
	JSON_EACH (row, rows)
		if (str_eq(code, json_text(row, "case_code")))
			return true;
	return false;
}

/* Codes are written as they stand on the file.  One that was there before is good, though its file has been erased since. */
static void check_code(struct op *op, struct json *row, bool before, str field, struct err **e)
{
	str code = json_text(row, "case_code");
	struct head h;

	if (!code.n || before)
		return;
	if (!desk_finds(op, code, &h)) {
		err_field(op->a, e, field, "There is no file with this code.", STR(""));
		return;
	}
	json_set(op->a, row, STR("case_code"), json_new_str(op->a, str_of(h.code)));
}

static void check_hour(struct op *op, const struct json *answers, const char *field, struct err **e)
{
	int minutes;

	if (json_text(answers, field).n && !hour_parse(json_text(answers, field), &minutes))
		err_field(op->a, e, str_of(field), "Write the hour as in 09:30.", STR(""));
}

static struct err *may_correct(struct op *op, int based_on)
{
	if (based_on > 0 && !op_may(op, MAY_DESK))
		return FAIL(op->a, DENIED, "The data-protection officer goes on from here.", "not of the desk");
	return NULL;
}

struct err *request_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			 struct json *answers, str reason)
{
	struct request r;
	day told = json_day(answers, "extension_told_on");
	struct err *e = NULL;
	struct json *was;

	TRY(may_correct(op, based_on));
	TRY(record_before(op, k, id, based_on, &was));
	check_code(op, answers, was && str_eq(json_text(answers, "case_code"), json_text(was, "case_code")),
		   STR("case_code"), &e);
	r = request_of(&(struct filled){.answers = answers});
	if (r.extended && told != NO_DAY && told > request_due(r.received, false))
		err_field(op->a, &e, STR("extension_told_on"),
			  "The person must be told of a longer time within the first month: after that it is late, and "
			  "cannot be extended.",
			  STR(""));
	if (json_day(answers, "lifted_on") != NO_DAY && json_day(answers, "lifted_on") < r.answered)
		err_field(op->a, &e, STR("lifted_on"), "This is before the restriction was granted.", STR(""));
	if (r.answered != NO_DAY && r.answered < r.received)
		err_field(op->a, &e, STR("answered_on"), "This is before the request was received.", STR(""));
	if (e)
		return e;
	TRY(object_file(op, k, f, id, based_on, answers, reason));
	TRY(restriction_settle(op, k, json_text(was, "case_code")));
	return restriction_settle(op, k, r.code);
}

static void check_breach(struct op *op, struct json *answers, struct err **e)
{
	struct breach b = breach_of(&(struct filled){.answers = answers}, op->now);
	msec said = moment_in(answers, "authority_on", "authority_at");

	if (b.aware > op->now)
		err_field(op->a, e, STR("aware_at"), "This hour is still to come.", STR(""));
	if (said && said < b.aware)
		err_field(op->a, e, STR("authority_at"), "This is before we knew of it.", STR(""));
	if (!b.waits && b.late && !json_text(answers, "late_why").n)
		err_field(op->a, e, STR("late_why"), "It was after 72 hours: say why (GDPR, Art. 33(1)).", STR(""));
	if (json_says(answers, "risk", "HIGH") && json_says(answers, "told", "NOT_NEEDED") &&
	    json_text(answers, "told_why").n < 20)
		err_field(
			op->a, e, STR("told_why"),
			"The risk is high: the people must be told, unless Art. 34(3) allows not to. Say which of its "
			"cases it is.",
			STR(""));
}

struct err *breach_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason)
{
	struct err *e = NULL;
	struct json *was;
	int row = 0;

	TRY(may_correct(op, based_on));
	TRY(record_before(op, k, id, based_on, &was));
	check_hour(op, answers, "aware_at", &e);
	check_hour(op, answers, "authority_at", &e);
	JSON_EACH (v, json_get(answers, "affected"))
		check_code(op, v, named(json_get(was, "affected"), json_text(v, "case_code")),
			   arena_fmt(op->a, "affected.%d.case_code", row++), &e);
	if (!e)
		check_breach(op, answers, &e);
	return e ? e : object_file(op, k, f, id, based_on, answers, reason);
}
