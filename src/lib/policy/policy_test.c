/* policy_test.c — the table of roles, written down a second time in words, and the rules no row may break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "policy.h"

/* One letter per compartment in their order: identity location story risk health child legal travel plan
 * finance | staff training accounts desk.  A dot: not read. */
static const struct {
	const char *role, *fr, *cor;
} expected[] = {
	{"PUBLIC", "..............", ".............."}, {"CMF", "ilsrhcltpf...d", "ilsrhcltpf...."},
	{"CMR", "..............", "il.rhcltpf...."},    {"CPF", "ilsrhcltp....d", "ilsrhcltp....."},
	{"COO", "ilsrhcltpfstad", "ilsrhcltpfstad"},    {"RSK", "...r..........", "...r.........."},
	{"MED", "i...h.........", "i...h........."},    {"TRV", "i......t......", "i......t......"},
	{"FIN", ".........f..a.", ".........f...."},    {"MNE", "..............", ".............."},
	{"DPO", ".............d", ".............."},    {"TRN", "...........t..", ".............."},
	{"ADM", "..............", ".............."},
};

static uint32_t bits_of(const char *row)
{
	uint32_t bits = 0;

	assert_int_equal(strlen(row), COMPARTMENTS);
	for (unsigned i = 0; i < COMPARTMENTS; i++)
		bits |= row[i] != '.' ? COMP_BIT(i) : 0;
	return bits;
}

static void reads(void **state)
{
	(void)state;
	assert_int_equal(sizeof expected / sizeof *expected, ROLES - 1);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		enum role r = role_find(str_of(expected[i].role));

		assert_int_not_equal(r, ROLE_NONE);
		assert_int_equal(roles[r].reads[DOSSIER_FR], bits_of(expected[i].fr));
		assert_int_equal(roles[r].reads[DOSSIER_COR], bits_of(expected[i].cor));
	}
}

static void no_row_breaks_the_rules(void **state)
{
	(void)state;
	for (enum role r = ROLE_PUBLIC; r < ROLES; r++) {
		assert_true(role_makes(ROLE_COO, r) == (r != ROLE_PUBLIC));
		assert_true(role_makes(ROLE_ADM, r) == (r == ROLE_ADM));
		assert_false(role_makes(ROLE_DPO, r) || role_makes(ROLE_CMF, r));
	}
	for (enum may m = MAY_PUBLIC; m < MAYS; m++)
		assert_true(may_names[m] && *may_names[m]);
	for (enum role r = ROLE_NONE; r < ROLES; r++) {
		assert_non_null(roles[r].code);
		assert_non_null(roles[r].name);
		assert_false(role_may(r, MAY_UNSET));
		if (r != ROLE_PUBLIC)
			for (int d = 0; d < DOSSIERS; d++)
				assert_int_equal(roles[r].writes[d] & ~roles[r].reads[d], 0);
	}
	assert_int_equal(roles[ROLE_CMR].reads[DOSSIER_FR] | roles[ROLE_CMR].writes[DOSSIER_FR], 0);
	assert_true(role_may(ROLE_COO, MAY_ASSIGN));
	for (enum role r = ROLE_NONE; r < ROLES; r++)
		if (r != ROLE_COO)
			assert_false(role_may(r, MAY_ASSIGN) || role_may(r, MAY_DECIDE));
	for (enum role r = ROLE_NONE; r < ROLES; r++)
		assert_true(role_may(r, MAY_STAFF) == (r == ROLE_COO || r == ROLE_ADM));
	assert_false(role_may(ROLE_NONE, MAY_PUBLIC));
	for (enum role r = ROLE_NONE; r < ROLES; r++) { /* by name in her office, and reads something: nobody else */
		bool by_name = r == ROLE_CMF || r == ROLE_CMR || r == ROLE_CPF || r == ROLE_MED;

		assert_int_equal(role_may(r, MAY_GLASS), by_name);
		assert_int_equal(role_may(r, MAY_ALERTS), r == ROLE_DPO || r == ROLE_COO);
	}
	assert_true(role_may(ROLE_DPO, MAY_AUDIT));
	assert_false(role_may(ROLE_DPO, MAY_CASE_LIST));
	assert_true(role_may(ROLE_ADM, MAY_ADMIN));
	for (enum role r = ROLE_NONE; r < ROLES; r++) /* two roles erase; who asks does not confirm */
		assert_int_equal(role_may(r, MAY_ERASE), r == ROLE_COO || r == ROLE_DPO);
	assert_false(role_may(ROLES, MAY_PUBLIC));
	assert_false(role_may(ROLE_COO, MAYS));
	assert_true(roles[ROLE_COO].every_case && roles[ROLE_COO].every_office);
	assert_false(roles[ROLE_CMF].every_case);
}

static void names(void **state)
{
	(void)state;
	for (enum compartment c = 0; c < COMPARTMENTS; c++) {
		assert_int_equal(compartment_find(str_of(compartment_names[c])), c);
		assert_non_null(compartment_labels[c]);
	}
	assert_int_equal(compartment_find(STR("Identity")), COMPARTMENTS);
	assert_int_equal(compartment_find((str){0}), COMPARTMENTS);
	assert_int_equal(role_find(STR("cmf")), ROLE_NONE);
	assert_int_equal(role_find(STR("")), ROLE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(no_row_breaks_the_rules),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
