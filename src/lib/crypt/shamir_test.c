/* shamir_test.c — all three-of-five open, no two do, a changed share is named, with and without the card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shamir.h"

struct fixture {
	struct arena *a;
	struct key secret;
	struct share five[5];
	struct share_card card;
};

static int start(void **state)
{
	struct arena *a = arena_create(8 << 20);
	struct fixture *f = NEW(a, struct fixture);

	f->a = a;
	f->secret = crypt_key_new();
	shamir_split(&f->secret, 3, 5, f->five, &f->card);
	*state = f;
	return 0;
}

static int finish(void **state)
{
	arena_destroy(((struct fixture *)*state)->a);
	return 0;
}

static size_t pick(const struct share five[5], unsigned mask, struct share *out)
{
	size_t n = 0;

	for (unsigned i = 0; i < 5; i++)
		if (mask & (1u << i))
			out[n++] = five[i];
	return n;
}

static void test_subsets(void **state)
{
	struct fixture *f = *state;
	int opened = 0, refused = 0;

	for (unsigned mask = 0; mask < 32; mask++) {
		struct share some[5];
		size_t n = pick(f->five, mask, some), wrong;
		struct key k = {{0}};
		struct err *with = shamir_join(f->a, some, n, &f->card, &k, &wrong);
		struct err *without = shamir_join(f->a, some, n, NULL, &k, &wrong);

		if (n < 3) {
			assert_non_null(with);
			assert_non_null(without);
			refused++;
			continue;
		}
		assert_null(with);
		assert_null(without);
		assert_memory_equal(k.b, f->secret.b, 32);
		opened++;
	}
	assert_int_equal(opened, 16);
	assert_int_equal(refused, 16);
}

/* Two shares that claim that two are enough give another set. */
static void test_two_claim(void **state)
{
	struct fixture *f = *state;
	struct share two[2] = {f->five[0], f->five[1]};
	struct key k;
	size_t wrong;

	two[0].need = two[1].need = 2;
	assert_non_null(shamir_join(f->a, two, 2, NULL, &k, &wrong));
	assert_memory_not_equal(k.b, f->secret.b, 32);
}

static void test_changed_named(void **state)
{
	struct fixture *f = *state;

	for (size_t which = 0; which < 3; which++) {
		struct share some[4] = {f->five[4], f->five[1], f->five[2], f->five[0]};
		struct key k;
		size_t wrong = 9;

		some[which].data[7] ^= 1;
		assert_non_null(shamir_join(f->a, some, 3, &f->card, &k, &wrong));
		assert_int_equal(wrong, which);
		assert_non_null(shamir_join(f->a, some, 3, NULL, &k, &wrong)); /* seen, not told which */
		assert_int_equal(wrong, 3);
		assert_non_null(shamir_join(f->a, some, 4, NULL, &k, &wrong)); /* a fourth tells */
		assert_int_equal(wrong, which);
	}
}

static void test_other_sets(void **state)
{
	struct fixture *f = *state;
	struct share other[5], some[3] = {f->five[0], f->five[1], f->five[1]};
	struct share_card card;
	struct key k;
	size_t wrong;

	assert_non_null(shamir_join(f->a, some, 3, NULL, &k, &wrong)); /* twice the same */
	assert_int_equal(wrong, 2);
	shamir_split(&f->secret, 3, 5, other, &card);
	some[2] = other[2];
	assert_non_null(shamir_join(f->a, some, 3, NULL, &k, &wrong));
	assert_int_equal(wrong, 2);
	assert_non_null(shamir_join(f->a, other, 3, &f->card, &k, &wrong));
	assert_int_equal(wrong, 0);
}

static void test_text(void **state)
{
	struct fixture *f = *state;
	struct share back;
	str text = share_text(f->a, &f->five[2]), dashed;
	char *z = (char *)(uintptr_t)arena_z(f->a, text);

	assert_int_equal(text.n, 80 + 15);
	assert_null(share_parse(f->a, text, &back));
	assert_memory_equal(&back, &f->five[2], sizeof back);
	for (size_t i = 0; i < text.n; i++)
		z[i] = z[i] == ' ' ? '-' : z[i] >= 'A' && z[i] <= 'Z' ? (char)(z[i] + 32) : z[i];
	dashed = arena_fmt(f->a, "# share 3\r\n%s\r\n\n", z);
	assert_null(share_parse(f->a, dashed, &back));
	for (size_t i = 0; i < text.n; i++) { /* every slip is found */
		char *slip = (char *)(uintptr_t)arena_z(f->a, text);

		if (slip[i] == ' ' || slip[i] == '\n')
			continue;
		slip[i] = slip[i] == 'A' ? 'C' : 'A';
		assert_non_null(share_parse(f->a, (str){slip, text.n}, &back));
	}
	assert_non_null(share_parse(f->a, str_sub(text, 0, text.n - 1), &back));
	assert_non_null(share_parse(f->a, arena_fmt(f->a, "%.*sA", STR_ARG(text)), &back));
	assert_non_null(share_parse(f->a, STR(""), &back));
	assert_non_null(share_parse(f->a, (str){NULL, 0}, &back));
	assert_non_null(share_parse(f->a, STR("!"), &back));
}

static void test_card(void **state)
{
	struct fixture *f = *state;
	struct share_card back;
	struct box_pair pair;
	str text = card_text(f->a, &f->card);

	assert_null(card_parse(f->a, arena_fmt(f->a, "%.*s\n", STR_ARG(text)), &back));
	assert_memory_equal(&back, &f->card, sizeof back);
	crypt_box_from_secret(&f->secret, &pair);
	assert_memory_equal(back.pk, pair.pk, 32);
	for (size_t n = 0; n < text.n; n++)
		assert_non_null(card_parse(f->a, str_sub(text, 0, n), &back));
	assert_non_null(card_parse(f->a, STR("rivage-recovery-1 AQFB"), &back));
	assert_non_null(card_parse(f->a, (str){NULL, 0}, &back));
}

/* Nothing of the secret is in fewer shares: each value of a byte is as likely, whatever the secret. */
static void test_spread(void **state)
{
	unsigned seen[256] = {0};

	(void)state;
	for (int i = 0; i < 400; i++) {
		struct key zero = {{0}};
		struct share s[5];
		struct share_card card;

		shamir_split(&zero, 3, 5, s, &card);
		for (int b = 0; b < 32; b++)
			seen[s[1].data[b]]++;
	}
	for (int v = 0; v < 256; v++) /* 50 expected */
		assert_in_range(seen[v], 10, 120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_subsets, start, finish),
		cmocka_unit_test_setup_teardown(test_two_claim, start, finish),
		cmocka_unit_test_setup_teardown(test_changed_named, start, finish),
		cmocka_unit_test_setup_teardown(test_other_sets, start, finish),
		cmocka_unit_test_setup_teardown(test_text, start, finish),
		cmocka_unit_test_setup_teardown(test_card, start, finish),
		cmocka_unit_test(test_spread),
	};

	crypt_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
