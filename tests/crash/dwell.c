/* dwell.c — what judge.c tells from digests, seen by someone who works there: every record opens with its keys. */
#include "dwell.h"

#include <stdio.h>

#include "demo/cohort.h"
#include "erase.h"
#include "heads.h"
#include "kase.h"
#include "local.h"
#include "scenario.h"

static struct err *sign_in(struct local *l, const char *secret, struct token *t)
{
	uint8_t totp[20];

	for (size_t i = 0; i < sizeof totp; i++) {
		unsigned byte = 0;

		if (sscanf(secret + 2 * i, "%2x", &byte) != 1)
			return FAIL(l->a, INTERNAL, NULL, "no secret");
		totp[i] = (uint8_t)byte;
	}
	return local_sign_in_code(l, "coo", SCENARIO_PASSWORD, crypt_totp_at(l->a, totp, cli_now() + 30000), t);
}

static struct err *read_file(struct op *op, struct kase *k, size_t *records)
{
	struct record *list;
	size_t n;

	TRY(kase_open(op, k, PURPOSE_WRITE));
	TRY(record_list(op, k, &list, &n));
	for (size_t i = 0; i < n; i++) {
		struct json *answers;
		uint32_t readable;

		TRY(record_read(op, k, &list[i], &answers, &readable));
		++*records;
	}
	return NULL;
}

static struct err *file_note(struct op *op, struct kase *k)
{
	const struct form *f = form_find(op->house->forms, STR("NOTE"), 0);
	struct json *answers;

	TRY(stage_fill(op, f, json_object(op->a), 5, k->readable[f->dossier], &answers));
	return record_file(op, k, f, (record_id){id_random()}, 0, answers, STR(""));
}

static struct err *work(struct local *l, const char *secret, size_t *records)
{
	struct head *list;
	struct token t;
	struct op op;
	size_t n, all;

	TRY(house_unseal(l->house, l->reader, l->vault, l->a, cli_now()));
	TRY(sign_in(l, secret, &t));
	TRY(local_op(l, l->a, t, day_of_msec(cli_now()), &op));
	TRY(erasures_finish(&op));
	heads_query(&op, &(struct head_query){.country = NO_FACT, .limit = 50}, &list, &n, &all);
	for (size_t i = 0; i < n; i++) {
		struct kase *k;

		TRY(kase_find(&op, list[i].id, &k));
		TRY(read_file(&op, k, records));
		if (list[i].state < STATE_CLOSED)
			TRY(file_note(&op, k));
	}
	return NULL;
}

struct err *dwell(struct arena *a, const char *data, const char *key, const char *secret, size_t *records)
{
	struct local l = {0};
	struct err *e = local_open(a, data, key, PASSWORD_COST_TEST, &l);

	if (!e)
		e = work(&l, secret, records);
	local_close(&l);
	return e;
}
