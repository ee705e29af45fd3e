/* password_test.c — which passwords are taken, and how a printed code may be typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "password.h"

static const str own[] = {{"amina.diallo", 12}, {"Amina Diallo", 12}, {"LAGOS", 5}, {"Rivage", 6}};

static const struct {
	const char *typed;
	const char *fault; /* a word of the sentence; NULL: taken */
} rows[] = {
	{"", "too short"},
	{"girafe nuage", "too short"},
	{"1234567890123", "too short"},
	{"seven yellow boats at dawn", NULL},
	{"girafe nuage tuile marteau orage", NULL},
	{"Les 3 girafes mangent des parapluies", NULL},
	{"نخلة بطيخ قنديل صابون مظلة", NULL},
	{"kT9#vQ2!mZ7x_Lw4", NULL},
	{"motdepassemotdepasse", "tried first"},
	{"MotDePasse2024!!", "tried first"},
	{"M0tD3P@sse M0tD3P@sse", "tried first"},
	{"P4$$w0rdP4$$w0rd", "tried first"},
	{"jetaime mon amour", "tried first"},
	{"Je t'aime, chérie 123", "tried first"},
	{"84736291047365829104", NULL},
	{"contraseña contraseña", "tried first"},
	{"TeAmoMuchoMiAmor", "tried first"},
	{"minhasenha-senha-123", "tried first"},
	{"habibi habibti hayati", "tried first"},
	{"حبيبي حبيبتي حياتي", "tried first"},
	{"amina.diallo amina.diallo", "tried first"},
	{"Rivage Lagos 2026 Rivage", "tried first"},
	{"Amina Diallo Rivage", "tried first"},
	{"lagos lagos diallo 2026", "tried first"},
	{"pomme poire fraise cerise", "tried first"},
	{"correct horse battery staple", "tried first"},
	{"aaaaaaaaaaaaaaaaaaaa", "pattern"},
	{"12345678901234567890", "pattern"},
	{"qazwsxedcrfvtgb", "pattern"},
	{"19901990199019901990", "pattern"},
};

static void passwords(void **state)
{
	struct arena *a = arena_create(64 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *said = password_fault(a, str_of(rows[i].typed), own, sizeof own / sizeof *own);

		if ((said == NULL) != (rows[i].fault == NULL) || (said && !strstr(said, rows[i].fault)))
			fail_msg("%s: %s", rows[i].typed, said ? said : "taken");
		arena_reset(a);
	}
	arena_destroy(a);
}

static void lengths(void **state)
{
	struct arena *a = arena_create(64 << 20);
	char typed[700];

	(void)state;
	for (size_t i = 0; i < sizeof typed; i++)
		typed[i] = (char)('!' + (i * i + 7 * i) % 90);
	assert_null(password_fault(a, (str){typed, 128}, NULL, 0));
	assert_non_null(strstr(password_fault(a, (str){typed, 129}, NULL, 0), "too long"));
	assert_non_null(strstr(password_fault(a, (str){typed, sizeof typed}, NULL, 0), "too long"));
	assert_non_null(strstr(password_fault(a, (str){typed, 13}, NULL, 0), "too short"));
	assert_null(password_fault(a, (str){typed, 14}, NULL, 0));
	/* Characters are counted, not bytes. */
	assert_non_null(strstr(password_fault(a, STR("éèêëàâäîïôöù"), NULL, 0), "too short"));
	arena_destroy(a);
}

/* A phone writes é as one letter, another keyboard as two; full-width digits are digits. */
static void one_spelling(void **state)
{
	struct arena *a = arena_create(1 << 20);

	(void)state;
	assert_true(str_eq(password_normal(a, STR("caf\xC3\xA9")), password_normal(a, STR("cafe\xCC\x81"))));
	assert_true(str_eq(password_normal(a, STR("\xEF\xBC\x91")), STR("1")));
	assert_false(str_eq(password_normal(a, STR("Abc")), password_normal(a, STR("abc"))));
	arena_destroy(a);
}

static void printed_codes(void **state)
{
	struct arena *a = arena_create(1 << 20);
	struct key k, same;
	str code = recovery_new(a);

	(void)state;
	assert_int_equal(code.n, 26 + 5);
	assert_false(str_eq(code, recovery_new(a)));
	assert_true(recovery_key(code, &k));
	assert_true(recovery_key(STR("01234-56789-ABCDE-FGHJK-MNPQR-S"), &k));
	assert_true(recovery_key(STR(" o1234 56789 abcde fghjk mnpqr s"), &same));
	assert_memory_equal(&k, &same, sizeof k);
	assert_true(recovery_key(STR("OL234-56789-ABCDE-FGHJK-MNPQR-S"), &same));
	assert_memory_equal(&k, &same, sizeof k);
	assert_true(recovery_key(STR("01234-56789-ABCDE-FGHJK-MNPQR-T"), &same));
	assert_memory_not_equal(&k, &same, sizeof k);
	assert_false(recovery_key(STR(""), &k));
	assert_false(recovery_key(STR("01234-56789-ABCDE-FGHJK-MNPQR"), &k));
	assert_false(recovery_key(STR("01234-56789-ABCDE-FGHJK-MNPQR-SS"), &k));
	assert_false(recovery_key(STR("U1234-56789-ABCDE-FGHJK-MNPQR-S"), &k));
	assert_false(recovery_key((str){"0123456789ABCDEFGHJKMNPQR\0", 26}, &k));
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords),
		cmocka_unit_test(lengths),
		cmocka_unit_test(one_spelling),
		cmocka_unit_test(printed_codes),
	};

	crypt_start();
	return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
