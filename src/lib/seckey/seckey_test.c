/* seckey_test.c — the vectors of the standard (WebAuthn Level 3, "Test Vectors"), keys of our own, and everything that
 * must be refused, each for its own reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "cbor.h"
#include "crypt.h"
#include "seckey_testing.h"

#define ORIGIN "https://rivage.example"
#define RP "rivage.example"
#define HEAD 31 /* bytes of an attestation before the key's own part; the last says how long that is */

static const struct seckey_site site = {{ORIGIN, sizeof ORIGIN - 1}, {RP, sizeof RP - 1}};

static int setup(void **state)
{
	crypt_start();
	seckey_start();
	*state = arena_create(64u << 20);
	return 0;
}

static int teardown(void **state)
{
	arena_destroy(*state);
	return 0;
}

static str hex(struct arena *a, const char *z)
{
	size_t n = strlen(z) / 2;
	char *out = arena_alloc(a, n + 1);

	for (size_t i = 0; i < 2 * n; i++) {
		uint8_t nibble = (uint8_t)(z[i] <= '9' ? z[i] - '0' : z[i] - 'a' + 10);

		out[i / 2] = (char)(i % 2 ? (uint8_t)out[i / 2] | nibble : nibble << 4);
	}
	return (str){out, n};
}

#define SPEC_RP "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5" /* SHA-256 of example.org */
#define SPEC_NONE "a363666d74646e6f6e656761747453746d74a068617574684461746158a4" SPEC_RP

/* “none.ES256.crossOrigin”: fixed bytes made elsewhere; also all that was made inside another site's page. */
static const char spec_object[] = SPEC_NONE
	"4500000000883f4f6014f19c09d87aa38123be48d000206e1050c0d2ca2f07c755cb2c66a74c64fa43065c18f938354d9915db"
	"2bd5ce57a501020326200121582022200a473f90b11078851550d03b4e44a2279f8c4eca27b3153dedfe03e4e97d225820cbd0be"
	"95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e";
static const char spec_client[] =
	"7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a226832716c463771445f65356c5f505f62796b79"
	"45377135645650674547685f49584a6b655737736e4d5463222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267"
	"222c2263726f73734f726967696e223a747275652c22657874726144617461223a22636c69656e74446174614a534f4e206d6179206265"
	"20657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c2073756368206173"
	"20746869733a2039327063545644304162792d713464746d6a36656667227d";
static const char spec_auth[] = SPEC_RP "0500000000";
static const char spec_sig[] =
	"3046022100eb12fcf23b12764c0f122e22371fab92e283879fd798f38ee1841c951b6e40e7022100c76237ff9db77b3c56f30837cda6a0"
	"9acfa2e915544e609c0733b1184036d1cf";
static const char spec_challenge[] = "876aa517ba83fdee65fcffdbca4c84eeae5d54f8041a1fc85c991e5bbb273137";

static void of_the_standard(void **state)
{
	struct arena *a = *state;
	struct seckey_site example;
	struct seckey k;
	uint32_t counter = 9;
	str rp = STR("example.org"), client = hex(a, spec_client);

	assert_true(seckey_site(STR("https://example.org"), &example));
	assert_int_equal(seckey_registered(hex(a, spec_object), rp, &k), SECKEY_GOOD);
	assert_int_equal(k.alg, SECKEY_ES256);
	assert_int_equal(k.n_id, 32);
	assert_int_equal(k.counter, 0);
	assert_memory_equal(k.id, hex(a, "6e1050c0d2ca2f07c755cb2c66a74c64").p, 16);
	assert_memory_equal(k.pk, hex(a, "22200a473f90b11078851550d03b4e44").p, 16);
	assert_int_equal(seckey_signed(&k, rp, client, hex(a, spec_auth), hex(a, spec_sig), &counter), SECKEY_GOOD);
	assert_int_equal(counter, 0);
	assert_int_equal(seckey_client(a, client, SECKEY_GET, hex(a, spec_challenge), &example), SECKEY_ORIGIN);
}

/* “none.ES256” and “packed.EdDSA” (its statement left out) of the standard: keys that asked nobody who she is. */
static void nobody_verified(void **state)
{
	static const char es[] = SPEC_NONE
		"59000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94"
		"ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df"
		"61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
	static const char ed[] =
		"a363666d74646e6f6e656761747453746d74a0686175746844617461588"
		"1" SPEC_RP "4100000000d5aa33581e8ca478e20fe713f5d32ff20020ce9f840ed96599580cd140fbc7bb3230633f50f61041"
		"aff73308ae71caa8"
		"a2bda401010327200621582044e06ddd331c36a8dc667bab52bcae63486c916aa5e339e6acebaa84934bf832";
	struct arena *a = *state;
	str rp = STR("example.org"), raised;
	struct seckey k;

	assert_int_equal(seckey_registered(hex(a, es), rp, &k), SECKEY_NOBODY);
	assert_int_equal(seckey_registered(hex(a, ed), rp, &k), SECKEY_NOBODY);
	raised = hex(a, ed);
	((char *)(uintptr_t)raised.p)[30 + 32] |= 4; /* nothing is signed at a registration: the rest of it is good */
	assert_int_equal(seckey_registered(raised, rp, &k), SECKEY_GOOD);
	assert_int_equal(k.alg, SECKEY_EDDSA);
	assert_memory_equal(k.pk, hex(a, "44e06ddd331c36a8dc667bab52bcae63").p, 16);
}

struct said { /* a signature with one thing wrong */
	const char *what;
	const char *type, *origin, *rp;
	uint8_t flags;
	uint32_t counter;
	bool other_challenge, other_key, other_client, bad_sig, long_auth, short_auth;
	enum seckey_fault fault;
};

static enum seckey_fault judge(struct arena *a, struct soft_key *k, const struct soft_key *stranger,
			       const struct said *s)
{
	str challenge = STR("0123456789abcdef0123456789abcdef"), other = STR("0123456789abcdef0123456789abcdeF");
	str client = soft_client(a, s->type ? s->type : "webauthn.get", s->other_challenge ? other : challenge,
				 s->origin ? s->origin : ORIGIN);
	str auth = soft_auth(a, s->rp ? s->rp : RP, s->flags ? s->flags : SOFT_TOUCHED, s->counter);
	enum seckey_fault fault;
	uint32_t counter;
	str sig;

	if (s->long_auth)
		auth = arena_join(a, (str[]){auth, STR("\xa0")}, 2, STR(""));
	if (s->short_auth)
		auth.n--;
	sig = soft_sign(a, s->other_key ? stranger : k, auth, client);
	if (s->bad_sig)
		((char *)(uintptr_t)sig.p)[sig.n - 1] ^= 1;
	if (s->other_client)
		client = soft_client(a, "webauthn.get", challenge, ORIGIN "/");
	fault = seckey_client(a, client, SECKEY_GET, challenge, &site);
	if (!fault || s->other_client)
		fault = seckey_signed(&k->half, site.rp, client, auth, sig, &counter);
	if (!fault)
		k->half.counter = counter;
	return fault;
}

static const struct said all[] = {
	{"good", .counter = 10, .fault = SECKEY_GOOD},
	{"kept elsewhere too", .flags = 0x1d, .counter = 11, .fault = SECKEY_GOOD},
	{"a registration", .type = "webauthn.create", .counter = 20, .fault = SECKEY_TYPE},
	{"another challenge", .other_challenge = true, .counter = 20, .fault = SECKEY_CHALLENGE},
	{"another origin", .origin = "https://rivage.example.evil", .counter = 20, .fault = SECKEY_ORIGIN},
	{"without TLS", .origin = "http://rivage.example", .counter = 20, .fault = SECKEY_ORIGIN},
	{"another port", .origin = "https://rivage.example:8443", .counter = 20, .fault = SECKEY_ORIGIN},
	{"another site", .rp = "evil.example", .counter = 20, .fault = SECKEY_RP},
	{"nobody touched it", .flags = 0x04, .counter = 20, .fault = SECKEY_NOBODY},
	{"nobody verified", .flags = 0x01, .counter = 20, .fault = SECKEY_NOBODY},
	{"says more than asked", .flags = 0x85, .counter = 20, .fault = SECKEY_MALFORMED},
	{"a key of a registration", .flags = 0x45, .counter = 20, .fault = SECKEY_MALFORMED},
	{"bytes behind", .long_auth = true, .counter = 20, .fault = SECKEY_MALFORMED},
	{"a byte too few", .short_auth = true, .counter = 20, .fault = SECKEY_MALFORMED},
	{"another key", .other_key = true, .counter = 20, .fault = SECKEY_SIGNATURE},
	{"a changed signature", .bad_sig = true, .counter = 20, .fault = SECKEY_SIGNATURE},
	{"other words than signed", .other_client = true, .counter = 20, .fault = SECKEY_SIGNATURE},
	{"the counter stands", .counter = 11, .fault = SECKEY_COUNTER},
	{"the counter goes back", .counter = 3, .fault = SECKEY_COUNTER},
	{"the counter is gone", .counter = 0, .fault = SECKEY_COUNTER},
	{"good again", .counter = 12, .fault = SECKEY_GOOD},
};

static void signatures(void **state)
{
	struct arena *a = *state;

	for (enum seckey_alg alg = SECKEY_ES256; alg < SECKEY_ALGS; alg++) {
		struct soft_key k, stranger;

		soft_new(&k, alg);
		soft_new(&stranger, alg);
		for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
			enum seckey_fault fault = judge(a, &k, &stranger, &all[i]);

			if (fault != all[i].fault)
				fail_msg("%s (algorithm %d): fault %d, not %d", all[i].what, (int)alg, (int)fault,
					 (int)all[i].fault);
		}
		assert_int_equal(k.half.counter, 12);
		k.half.counter = 0; /* a key that does not count never does */
		assert_int_equal(judge(a, &k, &stranger, &(struct said){"", .counter = 0}), SECKEY_GOOD);
		assert_int_equal(judge(a, &k, &stranger, &(struct said){"", .counter = 0}), SECKEY_GOOD);
		soft_free(&k);
		soft_free(&stranger);
	}
}

static void registrations(void **state)
{
	static const str said[] = {{"\xa1\x6b"
				    "credProtect\x02",
				    14},
				   {"\xa1\x63"
				    "new\xf5",
				    6}};
	struct arena *a = *state;
	str rp = site.rp;

	for (enum seckey_alg alg = SECKEY_ES256; alg < SECKEY_ALGS; alg++) {
		struct soft_key k;
		struct seckey got;
		str good, more, auth;

		soft_new(&k, alg);
		good = soft_attestation(a, &k, RP, SOFT_TOUCHED, 5);
		assert_int_equal(seckey_registered(good, rp, &got), SECKEY_GOOD);
		assert_int_equal(got.alg, alg);
		assert_int_equal(got.counter, 5);
		assert_int_equal(got.n_id, k.half.n_id);
		assert_memory_equal(got.id, k.half.id, got.n_id);
		assert_memory_equal(got.pk, k.half.pk, sizeof got.pk);
		assert_int_equal(seckey_registered(good, STR("evil.example"), &got), SECKEY_RP);
		assert_int_equal(seckey_registered(soft_attestation(a, &k, RP, 0x01, 5), rp, &got), SECKEY_NOBODY);
		assert_int_equal(seckey_registered(soft_attestation(a, &k, RP, 0x04, 5), rp, &got), SECKEY_NOBODY);
		assert_int_equal(seckey_registered(soft_attestation(a, &k, RP, 0x85, 5), rp, &got), SECKEY_MALFORMED);
		auth = soft_auth(a, RP, SOFT_TOUCHED, 5);
		assert_int_equal(seckey_registered(auth, rp, &got), SECKEY_MALFORMED);
		for (size_t n = 0; n < good.n; n++) /* cut anywhere */
			assert_int_equal(seckey_registered(str_sub(good, 0, n), rp, &got), SECKEY_MALFORMED);
		more = arena_join(a, (str[]){good, STR("\x00")}, 2, STR("")); /* and a byte too many */
		assert_int_equal(seckey_registered(more, rp, &got), SECKEY_MALFORMED);
		((char *)(uintptr_t)more.p)[HEAD - 1]++; /* … which says that it belongs to the key's own part */
		assert_int_equal(seckey_registered(more, rp, &got), SECKEY_MALFORMED);
		((char *)(uintptr_t)more.p)[HEAD + 32] = (char)0xc5; /* … as an extension, which is none */
		assert_int_equal(seckey_registered(more, rp, &got), SECKEY_MALFORMED);
		for (size_t i = 0; i < sizeof said / sizeof *said; i++) { /* what keys add unasked */
			more = arena_join(a, (str[]){good, said[i]}, 2, STR(""));
			((char *)(uintptr_t)more.p)[HEAD - 1] += (char)said[i].n;
			((char *)(uintptr_t)more.p)[HEAD + 32] = (char)0xc5;
			assert_int_equal(seckey_registered(more, rp, &got), SECKEY_GOOD);
		}
		soft_free(&k);
	}
}

/* Each byte of the structure, any value: refused or the same key, never a crash, never another length. */
static void bytes_changed(void **state)
{
	struct arena *a = *state;
	struct soft_key k;
	struct seckey got;
	str good;

	soft_new(&k, SECKEY_ES256);
	good = soft_attestation(a, &k, RP, SOFT_TOUCHED, 5);
	for (size_t i = 0; i < good.n; i++)
		for (int v = 1; v < 256; v += 7) {
			str bad = arena_str(a, good);

			((char *)(uintptr_t)bad.p)[i] ^= (char)v;
			if (!seckey_registered(bad, site.rp, &got))
				assert_true(got.n_id == k.half.n_id && got.alg == SECKEY_ES256);
			arena_reset(a);
			good = soft_attestation(a, &k, RP, SOFT_TOUCHED, 5);
		}
	soft_free(&k);
}

static void client_words(void **state)
{
	static const struct {
		const char *json;
		enum seckey_fault fault;
	} said[] = {
		{"", SECKEY_MALFORMED},
		{"[]", SECKEY_MALFORMED},
		{"{\"type\":\"webauthn.get\"", SECKEY_MALFORMED},
		{"{\"type\":\"webauthn.get\",\"type\":\"webauthn.get\"}", SECKEY_MALFORMED},
		{"{}", SECKEY_TYPE},
		{"{\"type\":7}", SECKEY_TYPE},
		{"{\"type\":\"webauthn.get\"}", SECKEY_CHALLENGE},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"\"}", SECKEY_CHALLENGE},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"YWJj\"}", SECKEY_ORIGIN},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"YWJj\",\"origin\":\"" ORIGIN "\"}", SECKEY_GOOD},
		{"{\"origin\":\"" ORIGIN "\",\"challenge\":\"YWJj\",\"new\":[1],\"type\":\"webauthn.get\"}",
		 SECKEY_GOOD},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"YWJj\",\"origin\":\"" ORIGIN "\",\"crossOrigin\":true}",
		 SECKEY_ORIGIN},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"YWJj\",\"origin\":\"" ORIGIN "\",\"crossOrigin\":\"no\"}",
		 SECKEY_ORIGIN},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"YWJj\",\"origin\":\"" ORIGIN "\",\"topOrigin\":\"x\"}",
		 SECKEY_ORIGIN},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"YWJj\\u0000\",\"origin\":\"" ORIGIN "\"}",
		 SECKEY_MALFORMED},
	};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		enum seckey_fault fault = seckey_client(a, str_of(said[i].json), SECKEY_GET, STR("abc"), &site);

		if (fault != said[i].fault)
			fail_msg("%s: fault %d, not %d", said[i].json, (int)fault, (int)said[i].fault);
	}
}

static void sites(void **state)
{
	static const struct {
		const char *origin, *rp; /* NULL: none */
	} at[] = {{"https://rivage.example", "rivage.example"},
		  {"https://rivage.example:8443", "rivage.example"},
		  {"http://localhost:8080", "localhost"},
		  {"http://localhost", "localhost"},
		  {"http://rivage.example", NULL},
		  {"https://192.0.2.1", NULL},
		  {"https://[::1]:80", NULL},
		  {"https://rivage.example/", NULL},
		  {"https://rivage.example:443", NULL},
		  {"https://rivage.example:", NULL},
		  {"https://rivage.example:99999", NULL},
		  {"https://rivage.example:080", NULL},
		  {"https://Rivage.example", NULL},
		  {"https://", NULL},
		  {"https://.example", NULL},
		  {"rivage.example", NULL},
		  {"", NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct seckey_site s;
		bool good = seckey_site(str_of(at[i].origin), &s);

		if (good != (at[i].rp != NULL) || (good && !str_eqz(s.rp, at[i].rp)))
			fail_msg("%s", at[i].origin);
	}
}

static void walking(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, end; /* 0: refused */
	} things[] = {{"\x00", 1, 1},
		      {"\x18\xff", 2, 2},
		      {"\x18", 1, 0},
		      {"\x1b\x00\x00\x00\x00\x00\x00\x00", 8, 0},
		      {"\x1c", 1, 0},
		      {"\x42"
		       "ab",
		       3, 3},
		      {"\x43"
		       "ab",
		       3, 0},
		      {"\x82\x01\x02", 3, 3},
		      {"\x82\x01", 2, 0},
		      {"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9, 0},
		      {"\xbb\x80\x00\x00\x00\x00\x00\x00\x00", 9, 0},
		      {"\x5f\x41"
		       "a\xff",
		       4, 0}, /* of a length not said */
		      {"\xc0\x01", 2, 0},
		      {"\xa1\x01\xa1\x01\xa1\x01\x02", 7, 7},
		      {"\x81\x81\x81\x81\x81\x81\x01", 7, 0},
		      {"\xf5", 1, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
		struct cbor c = {.s = {things[i].bytes, things[i].n}};

		cbor_skip(&c);
		if (c.bad != (things[i].end == 0) || (!c.bad && c.at != things[i].end))
			fail_msg("thing %zu: %d at %zu", i, c.bad, c.at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(of_the_standard, setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_verified, setup, teardown),
		cmocka_unit_test_setup_teardown(signatures, setup, teardown),
		cmocka_unit_test_setup_teardown(registrations, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(client_words, setup, teardown),
		cmocka_unit_test(sites),
		cmocka_unit_test(walking),
	};

	return cmocka_run_group_tests_name("seckey", tests, NULL, NULL);
}
