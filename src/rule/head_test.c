/* head_test.c — the head of a case there and back, its size, and bytes that are not a head. */
#include "rule_testing.h"

static void assert_same(const struct head *a, const struct head *b)
{
	assert_memory_equal(a->fact, b->fact, sizeof a->fact);
	assert_memory_equal(a->code, b->code, sizeof a->code);
	assert_memory_equal(a->office, b->office, 9);
	assert_memory_equal(a->cor_office, b->cor_office, 9);
	assert_memory_equal(&a->id, &b->id, sizeof a->id);
	assert_memory_equal(&a->assignee, &b->assignee, sizeof a->assignee);
	assert_memory_equal(&a->cor_assignee, &b->cor_assignee, sizeof a->cor_assignee);
	assert_true(a->state == b->state && a->from_state == b->from_state && a->flags == b->flags);
	assert_true(a->state_since == b->state_since && a->created == b->created && a->touched == b->touched);
	assert_true(a->flag_since == b->flag_since && a->dossiers == b->dossiers);
	for (int f = 0; f < FORMS; f++)
		assert_true(a->form[f].present == b->form[f].present && a->form[f].on == b->form[f].on &&
			    a->form[f].count == b->form[f].count && a->form[f].author == b->form[f].author);
	for (int c = 0; c < CONSENT_KINDS; c++)
		assert_true(a->consent[c].state == b->consent[c].state && a->consent[c].on == b->consent[c].on);
	for (int w = 0; w < WAIVERS_MAX; w++)
		assert_memory_equal(&a->waiver[w], &b->waiver[w], sizeof a->waiver[w]);
}

static size_t there_and_back(struct arena *a, const struct head *h)
{
	str bytes = head_encode(a, h);
	struct head again;

	assert_null(head_decode(a, bytes, &again));
	assert_same(h, &again);
	return bytes.n;
}

static void round_trip(void **state)
{
	struct head h;

	head_init(&h);
	there_and_back(*state, &h);
	h = complete(*state, STATE_REINTEGRATION, TODAY);
	h.waiver[2] = (struct waiver){COND_capacity, T_READY, 3, 11, 22, TODAY};
	h.consent[3].until = TODAY + 60;
	h.flags = FLAG_DEMO | FLAG_SUSPENDED;
	h.flag_since = TODAY - 1;
	h.fact[FACT_risk_vetoes] = INT32_MAX;
	h.fact[FACT_plan_cents] = -5;
	h.fact[FACT_found_on] = on(1, 1, 1);
	h.fact[FACT_doc_expiry] = on(9999, 12, 31);
	there_and_back(*state, &h);
}

/* A case near its end, with everything the journey fills. */
static void a_full_head_fits(void **state)
{
	struct head h = complete(*state, STATE_REINTEGRATION, TODAY);
	size_t n;

	for (int f = 0; f < FORMS; f++)
		if (f != FORM_SUSP && f != FORM_RESUME && f != FORM_EMER && f != FORM_LOST && f != FORM_EMERC &&
		    f != FORM_LOSTC && f != FORM_WDR && f != FORM_REOP)
			h.form[f] = (struct form_mark){true, 3, TODAY - f, (uint32_t)(f % 6) * 77777777u + 5};
	h.fact[FACT_age_lower] = 19;
	set_code(*state, &h, FACT_followup_point, "M6");
	set_code(*state, &h, FACT_reached, "YES");
	h.fact[FACT_followed] = 0xFF;
	h.fact[FACT_missed] = 0;
	h.consent[3].until = h.consent[5].until = h.consent[9].until = TODAY + 300;
	h.waiver[0] = (struct waiver){COND_within_ceiling, T_READY, 0, 0x11223344, 0x55667788, TODAY};
	n = there_and_back(*state, &h);
	print_message("a full head: %zu bytes of %d\n", n, HEAD_MAX);
	assert_true(n <= HEAD_MAX);
}

static void random_heads_round_trip(void **state)
{
	uint32_t seed = 7;

	for (int round = 0; round < 3000; round++) {
		struct arena *a = arena_create(1 << 20);
		struct head h;

		head_init(&h);
		h.created = on(2018, 1, 1);
		for (int f = 0; f < FACTS; f++) {
			seed = seed * 1664525u + 1013904223u;
			if (seed >> 31)
				continue;
			h.fact[f] = fact_rows[f].kind == FK_DAY       ? (int32_t)(seed >> 16) - 20000
				    : fact_rows[f].kind == FK_CODE    ? (int32_t)(seed >> 24)
				    : fact_rows[f].kind == FK_MASK    ? (int32_t)(seed >> 1)
				    : fact_rows[f].kind == FK_COUNTRY ? (int32_t)(seed >> 16)
								      : (int32_t)seed;
		}
		there_and_back(a, &h);
		arena_destroy(a);
	}
	(void)state;
}

/* Nothing but a whole head is taken: not one cut short, not one with a byte more, and no byte changed crashes. */
static void other_bytes_are_refused(void **state)
{
	struct head h = complete(*state, STATE_PLANNING, TODAY), out;
	str bytes = head_encode(*state, &h);
	char *copy = arena_alloc(*state, bytes.n + 1);
	struct err *e;

	for (size_t n = 0; n < bytes.n; n++)
		assert_non_null(head_decode(*state, str_sub(bytes, 0, n), &out));
	memcpy(copy, bytes.p, bytes.n);
	assert_non_null(head_decode(*state, (str){copy, bytes.n + 1}, &out));
	for (size_t at = 0; at < bytes.n; at++)
		for (int bit = 0; bit < 8; bit++) {
			copy[at] = (char)(copy[at] ^ (1 << bit));
			e = head_decode(*state, (str){copy, bytes.n}, &out);
			if (!e)
				there_and_back(*state, &out);
			copy[at] = bytes.p[at];
		}
}

static void minors(void **state)
{
	struct head h;
	static const struct {
		const char *certainty;
		int lower;
		int adult_year; /* 0: not known */
		bool minor;
	} rows[] = {
		{"DOCUMENT", NO_FACT, 2013, false}, {"DOCUMENT", NO_FACT, 2020, true},  {"DOCUMENT", NO_FACT, 0, true},
		{"DECLARED", NO_FACT, 2013, false}, {"ESTIMATED", NO_FACT, 2013, true}, {"ESTIMATED", 17, 2013, true},
		{"ESTIMATED", 18, 0, false},        {"DISPUTED", 30, 2013, true},       {NULL, 30, 2013, true},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		head_init(&h);
		if (rows[i].certainty)
			set_code(*state, &h, FACT_age_certainty, rows[i].certainty);
		h.fact[FACT_age_lower] = rows[i].lower;
		if (rows[i].adult_year)
			h.fact[FACT_adult_from] = on(rows[i].adult_year, 1, 1);
		assert_int_equal(head_minor(&h, TODAY), rows[i].minor);
	}
	h.fact[FACT_adult_from] = on(2018, 10, 1);
	set_code(*state, &h, FACT_age_certainty, "DOCUMENT");
	assert_true(head_minor(&h, on(2018, 9, 30)));
	assert_false(head_minor(&h, on(2018, 10, 1)));
}

static void adulthood_is_never_too_early(void **state)
{
	(void)state;
	assert_int_equal(head_adult_from(on(2000, 3, 1)), on(2018, 3, 1));
	assert_int_equal(head_adult_from(on(2000, 3, 2)), on(2018, 4, 1));
	assert_int_equal(head_adult_from(on(2000, 12, 31)), on(2019, 1, 1));
	assert_int_equal(head_adult_from(on(2000, 2, 29)), on(2018, 3, 1));
	for (day born = on(1999, 1, 1); born < on(2004, 1, 1); born++)
		assert_true(day_age(born, head_adult_from(born)) >= 18);
}

static void names_and_codes(void **state)
{
	char iso2[3], code1[12], code2[12];
	user_id nobody = {0};

	(void)state;
	for (int f = 0; f < FACTS; f++)
		assert_int_equal(fact_find(str_of(fact_rows[f].name)), f);
	for (int f = 0; f < FORMS; f++)
		assert_int_equal(form_no_find(str_of(form_codes[f])), f);
	assert_int_equal(fact_find(STR("none")), FACTS);
	assert_int_equal(form_no_find(STR("F99")), FORMS);
	fact_country_text(fact_country(STR("NG")), iso2);
	assert_string_equal(iso2, "NG");
	fact_country_text(NO_FACT, iso2);
	assert_string_equal(iso2, "");
	assert_int_equal(fact_country(STR("NGA")), NO_FACT);
	assert_int_equal(user_mark(nobody), 1); /* 0 stands for nobody */
	case_code_new(code1);
	case_code_new(code2);
	assert_int_equal(strlen(code1), 10);
	assert_string_not_equal(code1, code2);
}

/* Every list a fact names exists, and its positions fit the head. */
static void facts_name_lists_that_exist(void **state)
{
	struct code_files *codes = code_files_open(*state, &rule_data);

	for (int f = 0; f < FACTS; f++) {
		const char *list = fact_rows[f].list;
		size_t n = json_count(code_files_list(codes, str_of(list)));

		if (!*list)
			continue;
		if (n == 0 || n > (fact_rows[f].kind == FK_MASK ? 31u : 255u))
			fail_msg("%s: list %s has %zu codes", fact_rows[f].name, list, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(round_trip),
					   TEST(a_full_head_fits),
					   TEST(random_heads_round_trip),
					   TEST(other_bytes_are_refused),
					   TEST(minors),
					   TEST(adulthood_is_never_too_early),
					   TEST(names_and_codes),
					   TEST(facts_name_lists_that_exist)};

	return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}
