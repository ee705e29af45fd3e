/* crypt_test.c — known answers, and every way a sealed value must refuse to open. */
#include "testing.h"

#include <string.h>
#include <sys/resource.h>

#include "crypt.h"

static int setup(void **state)
{
	crypt_start();
	return test_arena(state);
}

static struct seal_at place(void)
{
	struct seal_at at = {.table = SEAL_RECORD, .compartment = 3, .dossier = 1, .keygen = 7, .version = 9};

	memset(at.tenant.b, 1, 16);
	memset(at.row.b, 2, 16);
	memset(at.object.b, 3, 16);
	return at;
}

static str bytes_of(const void *p, size_t n)
{
	return (str){p, n};
}

static void round_trip(void **state)
{
	static const size_t sizes[] = {0, 1, 251, 252, 253, 1000, 5000, 100000};
	struct arena *a = *state;
	struct key k = crypt_key_new();
	struct seal_at at = place();
	char *text = arena_alloc(a, 100000);

	memset(text, 'x', 100000);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		str sealed, again, plain;

		assert_null(crypt_seal(a, &k, &at, (str){text, sizes[i]}, &sealed));
		assert_null(crypt_seal(a, &k, &at, (str){text, sizes[i]}, &again));
		assert_false(str_eq(sealed, again));
		assert_true(sealed.n >= CRYPT_WRAP_OVERHEAD + 256);
		assert_true(sealed.n - CRYPT_WRAP_OVERHEAD <= 256 ||
			    (sealed.n - CRYPT_WRAP_OVERHEAD) * 100 <= sizes[i] * 113);
		assert_null(crypt_open(a, &k, &at, sealed, &plain));
		assert_true(str_eq(plain, (str){text, sizes[i]}));
		assert_null(crypt_wrap(a, &k, &at, (str){text, sizes[i]}, &sealed));
		assert_int_equal(sealed.n, sizes[i] + CRYPT_WRAP_OVERHEAD);
		assert_null(crypt_unwrap(a, &k, &at, sealed, &plain));
		assert_int_equal(plain.n, sizes[i]);
	}
}

static void padding_hides_lengths(void **state)
{
	struct arena *a = *state;
	struct key k = crypt_key_new();
	struct seal_at at = place();
	char text[300] = {0};
	str first, sealed;

	assert_null(crypt_seal(a, &k, &at, (str){text, 0}, &first));
	for (size_t n = 0; n <= 252; n++) {
		assert_null(crypt_seal(a, &k, &at, (str){text, n}, &sealed));
		assert_int_equal(sealed.n, first.n);
	}
	assert_null(crypt_seal(a, &k, &at, (str){text, 253}, &sealed));
	assert_int_equal(sealed.n, CRYPT_WRAP_OVERHEAD + 272);
}

static void every_bit_counts(void **state)
{
	struct key k = crypt_key_new();
	struct seal_at at = place();
	struct arena *a = arena_create(1 << 20);
	uint8_t kept[512];
	str sealed, plain;
	size_t n;

	(void)state;
	assert_null(crypt_seal(a, &k, &at, STR("where she lives"), &sealed));
	n = sealed.n;
	memcpy(kept, sealed.p, n);
	for (size_t bit = 0; bit < n * 8; bit++) {
		struct err *e;

		arena_reset(a);
		kept[bit / 8] ^= (uint8_t)(1u << bit % 8);
		e = crypt_open(a, &k, &at, bytes_of(kept, n), &plain);
		kept[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_non_null(e);
		assert_int_equal(e->kind, ERR_INTERNAL);
		assert_true(str_eq(e->detail, STR("sealed value does not open")));
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_non_null(crypt_open(a, &k, &at, bytes_of(kept, cut), &plain));
	assert_non_null(crypt_open(a, &k, &at, (str){0}, &plain));
	assert_non_null(crypt_unwrap(a, &k, &at, bytes_of(kept, n), &plain));
	arena_destroy(a);
}

#define FLIP_ALL(member)                                                                                               \
	do {                                                                                                           \
		for (size_t i = 0; i < sizeof at.member * 8; i++) {                                                    \
			struct seal_at other = at;                                                                     \
			((uint8_t *)&other.member)[i / 8] ^= (uint8_t)(1u << i % 8);                                   \
			if (sizeof at.member == sizeof at.table && i >= 8 && (void *)&at.member == (void *)&at.table)  \
				continue; /* tables are one byte */                                                    \
			assert_non_null(crypt_open(a, &k, &other, sealed, &plain));                                    \
		}                                                                                                      \
	} while (0)

static void every_bit_of_the_place_counts(void **state)
{
	struct arena *a = *state;
	struct key k = crypt_key_new(), wrong = crypt_key_new();
	struct seal_at at = place();
	str sealed, plain;

	assert_null(crypt_seal(a, &k, &at, STR("x"), &sealed));
	FLIP_ALL(tenant);
	FLIP_ALL(table);
	FLIP_ALL(row);
	FLIP_ALL(object);
	FLIP_ALL(compartment);
	FLIP_ALL(dossier);
	FLIP_ALL(keygen);
	FLIP_ALL(version);
	FLIP_ALL(about);
	assert_non_null(crypt_open(a, &wrong, &at, sealed, &plain));
	assert_null(crypt_open(a, &k, &at, sealed, &plain));
}

static void too_big(void **state)
{
	struct arena *a = *state;
	struct key k = crypt_key_new();
	struct seal_at at = place();
	str out, huge = {"", (64u << 20) + 1};

	assert_int_equal(crypt_seal(a, &k, &at, huge, &out)->kind, ERR_TOO_BIG);
	assert_int_equal(crypt_wrap(a, &k, &at, huge, &out)->kind, ERR_TOO_BIG);
}

static void boxes(void **state)
{
	struct arena *a = *state;
	struct box_pair pair, other;
	str sealed, plain;

	crypt_box_new(&pair);
	crypt_box_new(&other);
	sealed = crypt_box_seal(a, pair.pk, STR("a key"));
	assert_null(crypt_box_open(a, &pair, sealed, &plain));
	assert_true(str_eq(plain, STR("a key")));
	assert_non_null(crypt_box_open(a, &other, sealed, &plain));
	assert_non_null(crypt_box_open(a, &pair, str_sub(sealed, 0, 47), &plain));
	assert_non_null(crypt_box_open(a, &pair, (str){0}, &plain));
	((char *)(uintptr_t)sealed.p)[sealed.n - 1] ^= 1;
	assert_non_null(crypt_box_open(a, &pair, sealed, &plain));
}

static void signatures(void **state)
{
	/* RFC 8032 §7.1, test 1. */
	static const uint8_t seed[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
					 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
					 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
	static const uint8_t begins[4] = {0xe5, 0x56, 0x43, 0x00};
	struct sign_pair p, q;
	uint8_t sig[64];

	(void)state;
	crypt_sign_from_seed(seed, &p);
	crypt_sign(&p, STR(""), sig);
	assert_memory_equal(sig, begins, 4);
	assert_true(crypt_verify(p.pk, STR(""), sig));
	assert_false(crypt_verify(p.pk, STR("x"), sig));
	crypt_sign_new(&q);
	assert_false(crypt_verify(q.pk, STR(""), sig));
}

static void hashes(void **state)
{
	static const uint8_t abc[4] = {0xba, 0x78, 0x16, 0xbf};
	struct key k = crypt_key_new(), x, y;
	uint8_t out[32];

	(void)state;
	crypt_sha256(STR("abc"), out);
	assert_memory_equal(out, abc, 4);
	x = crypt_derive(&k, "ab", STR("c"));
	y = crypt_derive(&k, "a", STR("bc"));
	assert_false(crypt_equal(&x, &y, sizeof x));
	y = crypt_derive(&k, "ab", STR("c"));
	assert_true(crypt_equal(&x, &y, sizeof x));
	crypt_wipe(&x, sizeof x);
	assert_int_equal(x.b[0] | x.b[31], 0);
}

static void passwords(void **state)
{
	static const uint8_t salt[16] = {1, 2, 3}, other[16] = {1, 2, 4};
	struct arena *a = *state;
	struct key x, y;

	assert_null(crypt_password(a, STR("girafe nuage"), salt, PASSWORD_COST_TEST, &x));
	assert_null(crypt_password(a, STR("girafe nuage"), salt, PASSWORD_COST_TEST, &y));
	assert_true(crypt_equal(&x, &y, sizeof x));
	assert_null(crypt_password(a, STR("girafe nuage"), other, PASSWORD_COST_TEST, &y));
	assert_false(crypt_equal(&x, &y, sizeof x));
	assert_int_equal(crypt_password(a, STR("x"), salt, (struct password_cost){0, 1}, &y)->kind, ERR_UNAVAILABLE);
	assert_int_equal(PASSWORD_COST.kib, 65536);
	assert_int_equal(PASSWORD_COST.t, 3);
}

static void codes(void **state)
{
	/* RFC 6238 appendix B, SHA-1; the last six of its eight digits. */
	static const struct {
		msec at;
		const char *code;
	} known[] = {{59000, "287082"},         {1111111109000, "081804"}, {1111111111000, "050471"},
		     {1234567890000, "005924"}, {2000000000000, "279037"}, {20000000000000, "353130"}};
	static const uint8_t secret[] = "12345678901234567890";
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		str code = crypt_totp_at(a, secret, known[i].at);

		assert_true(str_eqz(code, known[i].code));
		assert_int_equal(crypt_totp_match(secret, code, known[i].at), known[i].at / 30000);
		assert_int_equal(crypt_totp_match(secret, code, known[i].at + 30000), known[i].at / 30000);
		assert_int_equal(crypt_totp_match(secret, code, known[i].at + 60000), -1);
	}
	assert_int_equal(crypt_totp_match(secret, STR("28708"), 59000), -1);
	assert_int_equal(crypt_totp_match(secret, STR("2870820"), 59000), -1);
	assert_int_equal(crypt_totp_match(secret, (str){0}, 59000), -1);
	assert_int_equal(crypt_totp_match(secret, STR("287082"), 0), -1);
}

static void texts(void **state)
{
	/* RFC 4648 §10; base32 without its padding. */
	static const struct {
		const char *plain, *b64, *b32;
	} known[] = {{"", "", ""},
		     {"f", "Zg==", "MY"},
		     {"fo", "Zm8=", "MZXQ"},
		     {"foo", "Zm9v", "MZXW6"},
		     {"foob", "Zm9vYg==", "MZXW6YQ"},
		     {"fooba", "Zm9vYmE=", "MZXW6YTB"},
		     {"foobar", "Zm9vYmFy", "MZXW6YTBOI"}};
	static const str bad[] = {STR("Zg="),  STR("Zg"),     STR("Zh=="),     STR("Z g="),
				  STR("===="), STR("Zm9v\n"), STR("Zg==Zg=="), STR("r\xf3\xf3/")};
	struct arena *a = *state;
	str back;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		assert_true(str_eqz(crypt_base64(a, str_of(known[i].plain)), known[i].b64));
		assert_true(str_eqz(crypt_base32(a, str_of(known[i].plain)), known[i].b32));
		assert_null(crypt_unbase64(a, str_of(known[i].b64), &back));
		assert_true(str_eqz(back, known[i].plain));
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(crypt_unbase64(a, bad[i], &back)->kind, ERR_MALFORMED);
}

static void locked_memory(void **state)
{
	struct arena *a = *state;
	void *p = NULL;

	assert_null(crypt_locked(a, 100, &p));
	memset(p, 7, 100);
	crypt_unlocked_free(p);
	assert_int_equal(crypt_locked(a, SIZE_MAX / 2, &p)->kind, ERR_UNAVAILABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(padding_hides_lengths),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(every_bit_of_the_place_counts),
		cmocka_unit_test(too_big),
		cmocka_unit_test(boxes),
		cmocka_unit_test(signatures),
		cmocka_unit_test(hashes),
		cmocka_unit_test(passwords),
		cmocka_unit_test(codes),
		cmocka_unit_test(texts),
		cmocka_unit_test(locked_memory),
	};

	return cmocka_run_group_tests_name("crypt", tests, setup, test_arena_end);
}
