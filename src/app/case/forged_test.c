/* forged_test.c — who writes the database and holds no key: rows swapped, moved, put back to what they were, taken away,
 * added, changed bit by bit, one after another at random, through SQL alone.  After each, everything is read again as the
 * people who may: it is as it was filed, or it is refused.  Never something else.
 *
 *   forged_test [MUTATIONS [SEED]]      or $MUTATIONS: 1500 in `./check`, 100 000 in `make prove`; the seed is printed
 *
 * Left out on purpose, for nothing tells it: one's own draft put back to an earlier state of itself, or less of it
 * (SECURITY.md).  Another's, another form's or another answer never passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "forged_test_rows.h"
#include "heads.h"
#include "house_fixture.h"
#include "kase.h"
#include "names.h"
#include "object.h"

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     cmr = {.login = "cmr", .role = ROLE_CMR, .office = "LAGOS"};
static unsigned mutations = 1500;
static day today;

enum { CASES = 4, OBJECTS_ALL = CASES + 1, TEXT_MAX = 16384 };
static case_id cases[OBJECTS_ALL]; /* the last: the programme */
static str truth[OBJECTS_ALL];     /* everything a reader is shown of it */
static str heads_truth[CASES], names_truth[CASES];

/* Asked once: a hundred thousand rounds would fill the memory of the test. */
static struct op as(const struct person *p)
{
	static struct op kept[3];
	struct op *mine = &kept[p == &coo ? 0 : p == &cmf ? 1 : 2];

	if (!mine->house)
		*mine = house_op(p, today);
	mine->now = test_now();
	return *mine;
}

static void file(const struct person *who, case_id id, const char *code, record_id rid, int based_on, str answers)
{
	struct op op = as(who);

	OK(record_file(&op, open_case(&op, id), form_find(house->forms, str_of(code), 0), rid, based_on,
		       json_of(answers), STR("a word")));
}

static record_id fresh(void)
{
	return (record_id){id_random()};
}

static void draft(case_id id, const char *code, str answers)
{
	struct op op = as(&cmf);

	OK(draft_save(&op, open_case(&op, id), form_find(house->forms, str_of(code), 0), fresh(), 0, json_of(answers)));
}

static void fill_case(int i)
{
	struct op op = as(&cmf), chief = as(&coo);
	record_id note = fresh(), screening = fresh();
	str code;

	OK(kase_create(&op, fresh(),
		       json_of(arena_fmt(
			       w.a,
			       "{\"agrees\":\"YES\",\"return_wish\":\"YES\",\"return_country\":\"NG\",\"birth_date\":"
			       "\"199%d-01-01\",\"age_certainty\":\"DOCUMENT\",\"given_name\":\"Ada "
			       "%d\",\"safe_contact\":\"06 00 00 00 0%d\"}",
			       i, i, i)),
		       NULL, &cases[i], &code));
	OK(kase_assign(&chief, open_case(&chief, cases[i]), cmf.id, false, NO_DAY));
	file(&cmf, cases[i], "NOTE", note, 0,
	     arena_fmt(w.a, "{\"text_plan\":\"first %d\",\"text_story\":\"told %d\",\"text_location\":\"there %d\"}", i,
		       i, i));
	file(&cmf, cases[i], "NOTE", note, 1,
	     arena_fmt(w.a, "{\"text_plan\":\"second %d\",\"text_risk\":\"seen %d\"}", i, i));
	file(&cmf, cases[i], "F02", screening, 0,
	     arena_fmt(w.a, "{\"done_on\":\"2018-09-0%d\",\"urgent_medical\":\"NO\",\"danger_action\":\"%d\"}", i + 1,
		       i));
	draft(cases[i], "F04",
	      arena_fmt(w.a, "{\"done_on\":\"2018-09-0%d\",\"reasons_words\":\"draft %d\",\"pressure_detail\":\"%d\"}",
			i + 1, i, i));
}

static void fill_later(int i)
{
	struct op op = as(&cmf), chief = as(&coo);
	struct record last;
	bool found;

	file(&cmf, cases[i], "F03", fresh(), 0,
	     STR("{\"kind\":\"C3\",\"status\":\"GIVEN\",\"consent_on\":\"2018-09-01\"}"));
	OK(kase_open_cor(&op, open_case(&op, cases[i])));
	OK(kase_assign(&chief, open_case(&chief, cases[i]), cmr.id, true, NO_DAY));
	file(&cmr, cases[i], "NOTEC", fresh(), 0,
	     arena_fmt(w.a, "{\"text_plan\":\"abroad %d\",\"text_health\":\"well %d\"}", i, i));
	OK(record_last(&op, open_case(&op, cases[i]), "F01", &last, &found));
	assert_true(found);
	file(&cmf, cases[i], "F01", last.id, 1,
	     arena_fmt(w.a,
		       "{\"agrees\":\"YES\",\"return_wish\":\"YES\",\"return_country\":\"NG\",\"birth_date\":\"199%d-"
		       "01-01\",\"age_certainty\":\"DOCUMENT\",\"given_name\":\"Eve %d\",\"safe_contact\":\"1\"}",
		       i, i));
}

static void file_training(record_id id, int based_on, const char *city)
{
	struct op op = as(&coo);
	struct kase *k;

	OK(object_open(&op, OBJECT_PROGRAMME, PURPOSE_WRITE, &k));
	OK(object_file(&op, k, form_find(house->forms, STR("TRN"), 0), id, based_on,
		       json_of(arena_fmt(w.a, "{\"session\":\"One\",\"city\":\"%s\"}", city)), STR("moved")));
	cases[CASES] = k->head.id;
}

/* What is read: one text for each object, or a refusal. */
static struct err *say_record(struct op *op, const struct kase *k, const struct record *newest, struct buf *b)
{
	for (int version = newest->version; version > 0; version--) {
		struct json *answers;
		struct record r;
		uint32_t readable;

		TRY(record_find(op, k, newest->id, version, &r));
		TRY(record_read(op, k, &r, &answers, &readable));
		buf_fmt(b, "%s v%d %.*s %d by %s on %d turn %lld: ", id_text(op->a, r.id.v).p, r.version,
			STR_ARG(r.form_code), (int)r.dossier, id_text(op->a, r.author.v).p, (int)r.on,
			(long long)newest->turn);
		buf_str(b, json_dump(op->a, answers, TEXT_MAX));
		buf_c(b, '\n');
	}
	return NULL;
}

static struct err *say_drafts(struct op *op, const struct kase *k, struct buf *b)
{
	struct draft *list;
	size_t n;

	TRY(draft_list(op, k, &list, &n));
	for (size_t i = 0; i < n; i++) {
		const struct form *f = form_find(op->house->forms, list[i].form, 0);
		struct json *answers;
		int based_on;
		bool found;

		if (!f)
			continue;
		TRY(draft_read(op, k, f, list[i].id, &answers, &based_on, &found));
		for (size_t m = 0; found && m < f->n_sections; m++)
			for (size_t q = 0; q < f->sections[m].n_fields; q++) {
				str name = f->sections[m].fields[q].name;
				str said = json_text(answers, arena_z(op->a, name));

				if (said.n)
					buf_fmt(b, "draft %s %.*s %d %.*s=%.*s\n", id_text(op->a, list[i].id.v).p,
						STR_ARG(list[i].form), based_on, STR_ARG(name), STR_ARG(said));
			}
	}
	return NULL;
}

static struct err *say_drafts_of(const struct person *p, struct buf *b)
{
	struct op op = as(p);

	return say_drafts(&op, open_case(&op, cases[0]), b);
}

static str hex_of(struct arena *a, struct id id)
{
	struct buf b;

	buf_init(&b, a, 2 * sizeof id.b + 1);
	for (size_t i = 0; i < sizeof id.b; i++)
		buf_fmt(&b, "%02x", id.b[i]);
	return buf_done(&b);
}

static struct err *say_object(struct arena *a, int i, struct buf *b, struct buf *drafts, uint32_t readable[DOSSIERS])
{
	struct op op = as(i == CASES ? &coo : &cmf);
	struct record *list;
	struct kase *k;
	size_t n;

	op.a = a;
	if (i == CASES) {
		TRY(object_open(&op, OBJECT_PROGRAMME, PURPOSE_WRITE, &k));
	} else {
		TRY(kase_find(&op, cases[i], &k));
		TRY(kase_open(&op, k, PURPOSE_WRITE));
	}
	memcpy(readable, k->readable, sizeof k->readable);
	TRY(record_list(&op, k, &list, &n));
	for (size_t r = 0; r < n; r++)
		TRY(say_record(&op, k, &list[r], b));
	return say_drafts(&op, k, drafts);
}

static unsigned refused, same, part, forged;

static void blame(const char *what, int t, enum act act, unsigned round, str got, str expected)
{
	forged++;
	print_error("round %u, table %s, act %d: %s\n--- got\n%.*s\n--- expected\n%.*s\n", round, tables[t], (int)act,
		    what, STR_ARG(got), STR_ARG(expected));
}

/* Each line is a form and one answer of it: fewer of them are no lie. */
static bool drafts_true(str got, str all)
{
	while (got.n) {
		str line = str_split(&got, '\n');

		if (line.n && str_find(all, line) < 0)
			return false;
	}
	return true;
}

static str drafts_truth[OBJECTS_ALL];
static uint32_t readable_truth[OBJECTS_ALL][DOSSIERS];

static void judge_object(struct arena *a, int i, int t, enum act act, unsigned round)
{
	uint32_t readable[DOSSIERS] = {0};
	struct buf b, drafts;
	struct err *e;

	buf_init(&b, a, TEXT_MAX);
	buf_init(&drafts, a, TEXT_MAX);
	e = say_object(a, i, &b, &drafts, readable);
	if (e) {
		refused++;
		return;
	}
	if (!drafts_true(buf_done(&drafts), drafts_truth[i]))
		blame("a draft", t, act, round, buf_done(&drafts), drafts_truth[i]);
	if (memcmp(readable, readable_truth[i], sizeof readable) !=
	    0) { /* a key was taken away: less is shown, nothing else */
		part++;
		return;
	}
	if (!str_eq(buf_done(&b), truth[i]))
		blame("records", t, act, round, buf_done(&b), truth[i]);
	else
		same++;
}

/* As after a restart.  A row that is none at all keeps the house shut, and says so. */
static bool start_again(struct arena *a)
{
	heads_destroy(house->heads);
	names_destroy(house->names);
	house->heads = heads_create();
	house->names = names_create();
	house->unsealed = false;
	return house_unseal(house, reader, w.v, a, test_now()) == NULL;
}

static void judge_start(struct arena *a, int t, enum act act, unsigned round)
{
	struct op op = as(&cmf);
	int there = 0;

	op.a = a;
	if (!start_again(a) || names_ready(&op)) {
		refused++;
		return;
	}
	for (int i = 0; i < CASES; i++) {
		struct head h;
		str name;

		if (!heads_get(house->heads, cases[i], &h))
			continue;
		there++;
		name = names_of(&op, cases[i]);
		if (!str_eq(head_encode(a, &h), heads_truth[i]))
			blame("a head", t, act, round, STR(""), STR(""));
		if (name.n && !str_eq(name, names_truth[i]))
			blame("a name", t, act, round, name, names_truth[i]);
	}
	if (there < CASES && house->refused_heads == 0)
		blame("a file is gone and nobody is told", t, act, round, STR(""), STR(""));
}

static void learn_truth(void)
{
	struct op op = as(&cmf);

	assert_true(start_again(w.a));
	OK(names_ready(&op));
	for (int i = 0; i < OBJECTS_ALL; i++) {
		struct buf b, drafts;
		struct head h;

		buf_init(&b, w.a, TEXT_MAX);
		buf_init(&drafts, w.a, TEXT_MAX);
		OK(say_object(w.a, i, &b, &drafts, readable_truth[i]));
		truth[i] = buf_done(&b);
		drafts_truth[i] = buf_done(&drafts);
		assert_true(truth[i].n > 100);
		if (i == CASES)
			continue;
		assert_true(heads_get(house->heads, cases[i], &h));
		heads_truth[i] = head_encode(w.a, &h);
		names_truth[i] = arena_str(w.a, names_of(&op, cases[i]));
		assert_true(names_truth[i].n > 0 && drafts_truth[i].n > 20);
	}
}

static void nothing_else_is_ever_read(void **state)
{
	unsigned from = seed;

	(void)state;
	for (unsigned round = 0; round < mutations; round++) {
		struct arena *a = arena_create(64u << 20);
		int t = (int)dice(TABLES);
		enum act act = (enum act)dice(round % 16 ? ALL_BACK : ACTS);
		bool is_draft = strcmp(tables[t], "draft") == 0;
		bool at_start = t == 0 || strcmp(tables[t], "name_index") == 0 || strcmp(tables[t], "tally") == 0;

		if (is_draft && (act == BACK || act == ALL_BACK))
			act = SWAP;
		sql("BEGIN IMMEDIATE");
		mutate(a, t, act);
		if (dice(4) == 0)
			mutate(a, t, (enum act)(is_draft ? (act == DROP ? COPY : SWAP) : dice(ALL_BACK)));
		sql("COMMIT");
		if (at_start)
			judge_start(a, t, act, round);
		for (int i = 0; i < OBJECTS_ALL; i++)
			judge_object(a, i, t, act, round);
		restore_all(a);
		if (at_start)
			assert_true(start_again(a));
		arena_destroy(a);
		assert_true(forged == 0);
	}
	print_message(
		"%u changes of the database, seed %u: %u readings refused, %u as filed, %u with less than before\n",
		mutations, from, refused, same, part);
	assert_true(refused > 0 && same > 0);
	for (int i = 0; i < OBJECTS_ALL; i++) /* and in the end everything is there */
		judge_object(w.a, i, 0, ACTS, mutations);
}

/* What random changes meet too seldom: all parts of a draft moved to another form, or to another author. */
static void a_draft_is_its_authors_and_its_forms(void **state)
{
	static const char *const changes[] = {"UPDATE draft SET form = 'F02'", "UPDATE draft SET day = day + 1",
					      "UPDATE draft SET form_version = form_version + 1"};
	uint32_t readable[DOSSIERS];
	struct buf b, drafts;

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		buf_init(&b, w.a, TEXT_MAX);
		buf_init(&drafts, w.a, TEXT_MAX);
		sql(changes[i]);
		KIND(INTERNAL, say_object(w.a, 0, &b, &drafts, readable));
		restore_all(w.a);
	}
	sql(arena_fmt(w.a, "UPDATE draft SET author = x'%.*s'", STR_ARG(hex_of(w.a, coo.id.v))).p);
	buf_init(&drafts, w.a, TEXT_MAX);
	KIND(INTERNAL, say_drafts_of(&coo, &drafts));
	restore_all(w.a);
}

static int setup(void **state)
{
	struct person *all[] = {&coo, &cmf, &cmr};
	record_id training = fresh();
	char path[160];

	(void)state;
	today = day_of(2018, 11, 20);
	house_new(all, sizeof all / sizeof *all);
	snprintf(path, sizeof path, "%s/rivage.db", w.dir);
	forge_begin(path);
	for (int i = 0; i < CASES; i++)
		fill_case(i);
	file_training(training, 0, "Lyon");
	snapshot("old");
	for (int i = 0; i < CASES; i++)
		fill_later(i);
	file_training(training, 1, "Lille");
	file_training(fresh(), 0, "Nantes");
	snapshot("truth");
	learn_columns();
	test_clock->shift += 60000; /* nobody is in the middle of reading an older state */
	learn_truth();
	test_clock->shift += 60000;
	learn_truth();
	return 0;
}

static int teardown(void **state)
{
	static const char *const files[] = {"old.db", "truth.db"};
	char path[160];

	(void)state;
	forge_end();
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", w.dir, files[i]);
		unlink(path);
	}
	house_end();
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_draft_is_its_authors_and_its_forms),
					   cmocka_unit_test(nothing_else_is_ever_read)};

	const char *asked = argc > 1 ? argv[1] : getenv("MUTATIONS");

	if (asked)
		mutations = (unsigned)strtoul(asked, NULL, 10);
	if (argc > 2)
		seed = (unsigned)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, setup, teardown);
}
