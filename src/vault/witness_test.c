/* witness_test.c — proofs between every two sizes, and what a witness signs and refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "merkle.h"
#include "witness.h"

#define SIZES 70

static void grow(uint8_t leaves[][32], uint8_t roots[][32], size_t n, char of)
{
	struct merkle t = {0};

	for (size_t i = 0; i < n; i++) {
		char entry[2] = {of, (char)i};

		merkle_root(&t, roots[i]);
		merkle_leaf((str){entry, 2}, leaves[i]);
		merkle_add_hash(&t, leaves[i]);
	}
	merkle_root(&t, roots[n]);
}

static void proofs(void **state)
{
	static uint8_t leaves[SIZES][32], roots[SIZES + 1][32], other[SIZES][32], others[SIZES + 1][32];
	struct proof p;

	(void)state;
	grow(leaves, roots, SIZES, 'a');
	grow(other, others, SIZES, 'b');
	for (uint64_t size = 1; size <= SIZES; size++)
		for (uint64_t old = 0; old <= size; old++) {
			proof_make((const uint8_t(*)[32])leaves, old, size, &p);
			assert_true(proof_good(&p, old, roots[old], size, roots[size]));
			if (old == 0)
				continue;
			assert_false(proof_good(&p, old, others[old], size, roots[size]));
			assert_false(proof_good(&p, old, roots[old], size, others[size]));
			if (p.n == 0)
				continue;
			p.hash[p.n / 2][7] ^= 1;
			assert_false(proof_good(&p, old, roots[old], size, roots[size]));
			p.hash[p.n / 2][7] ^= 1;
			p.n--;
			assert_false(proof_good(&p, old, roots[old], size, roots[size]));
			p.n += 2;
			memset(p.hash[p.n - 1], 0, 32);
			assert_false(proof_good(&p, old, roots[old], size, roots[size]));
		}
	assert_false(proof_good(&(struct proof){.n = 0}, 5, roots[5], 4, roots[4]));
}

/* A log of that many entries, and a request that begins at `old`. */
struct log {
	struct sign_pair sign;
	uint8_t leaves[SIZES][32], roots[SIZES + 1][32];
};

static struct witness_ask asked(struct arena *a, struct log *l, uint64_t old, uint64_t size)
{
	struct witness_ask ask;
	struct proof p;
	str body;

	proof_make((const uint8_t(*)[32])l->leaves, old, size, &p);
	body = witness_ask_make(a, old, &p, note_make(a, &l->sign, STR("rivage/x"), size, l->roots[size]));
	assert_true(witness_ask_parse(a, body, &ask));
	assert_true(ask.old == old && ask.proof.n == p.n && ask.note.size == size);
	return ask;
}

static void judged(struct arena *a, struct witness_ask ask, struct witness_log *log, int kind)
{
	struct witness_log before = *log;
	struct err *e = witness_judge(a, &ask, log);

	assert_int_equal(e ? (int)e->kind : -1, kind);
	if (e)
		assert_memory_equal(&before, log, sizeof before); /* a refusal moves nothing */
}

static void judgement(void **state)
{
	struct arena *a = arena_create(8u << 20);
	struct witness_log log = {.origin = STR("rivage/x")}, stranger;
	struct log *l = NEW(a, struct log), *anew = NEW(a, struct log);
	struct witness_ask ask;

	(void)state;
	crypt_start();
	crypt_sign_new(&l->sign);
	anew->sign = l->sign; /* whoever took the vault has its key */
	grow(l->leaves, l->roots, SIZES, 'a');
	grow(anew->leaves, anew->roots, SIZES, 'b');
	memcpy(log.pk, l->sign.pk, 32);
	judged(a, asked(a, l, 0, 10), &log, -1);
	assert_int_equal(log.size, 10);
	judged(a, asked(a, l, 0, 12), &log, ERR_CONFLICT);
	judged(a, asked(a, l, 10, 10), &log, -1); /* nothing new: the same head again */
	judged(a, asked(a, l, 10, 37), &log, -1);
	judged(a, asked(a, anew, 37, 50), &log, ERR_INVALID);
	judged(a, asked(a, anew, 37, 37), &log, ERR_INVALID);
	ask = asked(a, l, 0, 20); /* a log cut short, signed by its own key */
	ask.old = 37;
	judged(a, ask, &log, ERR_INVALID);
	stranger = log;
	stranger.origin = STR("rivage/y");
	judged(a, asked(a, l, 37, 40), &stranger, ERR_NOT_FOUND);
	stranger = log;
	stranger.pk[0] ^= 1;
	judged(a, asked(a, l, 37, 40), &stranger, ERR_DENIED);
	judged(a, asked(a, l, 37, 70), &log, -1);
	arena_destroy(a);
}

static void requests(void **state)
{
	static const char *const bad[] = {"",
					  "old 1",
					  "old 01\n\n",
					  "old -1\n\n",
					  "new 1\n\n",
					  "old 1\nAAAA\n\n",
					  "old 1\n!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!=\n\n",
					  "old 0\n\nrivage/x\n1\n",
					  "old 99999999999999999999\n\n"};
	struct arena *a = arena_create(8u << 20);
	struct log *l = NEW(a, struct log);
	struct witness_ask ask;
	str good;

	(void)state;
	crypt_start();
	crypt_sign_new(&l->sign);
	grow(l->leaves, l->roots, SIZES, 'a');
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(witness_ask_parse(a, str_of(bad[i]), &ask));
	good = witness_ask_make(a, 0, &(struct proof){.n = 0}, note_make(a, &l->sign, STR("rivage/x"), 3, l->roots[3]));
	assert_true(witness_ask_parse(a, good, &ask));
	assert_false(witness_ask_parse(a, arena_fmt(a, "%.*sx\n", STR_ARG(good)), &ask));
	arena_destroy(a);
}

static void countersignature(void **state)
{
	struct arena *a = arena_create(8u << 20);
	struct log *l = NEW(a, struct log);
	struct sign_pair w;
	struct note n, again;
	str checkpoint, both, rest, name, key;
	uint8_t pk[32];
	uint64_t at = 0;

	(void)state;
	crypt_start();
	crypt_sign_new(&l->sign);
	crypt_sign_new(&w);
	checkpoint = rest = note_make(a, &l->sign, STR("rivage/x"), 3, l->roots[3]);
	assert_true(note_take(a, &rest, &n));
	both = rest = arena_fmt(a, "%.*s%.*s", STR_ARG(checkpoint),
				STR_ARG(witness_sign(a, &w, STR("w.example"), &n, 1542700000)));
	assert_true(note_take(a, &rest, &again) && rest.n == 0 && str_eq(again.text, n.text));
	assert_true(witness_signed(a, both, &again, STR("w.example"), w.pk, &at));
	assert_int_equal(at, 1542700000);
	assert_false(witness_signed(a, checkpoint, &n, STR("w.example"), w.pk, &at));
	assert_false(witness_signed(a, both, &again, STR("v.example"), w.pk, &at));
	assert_false(witness_signed(a, both, &again, STR("w.example"), l->sign.pk, &at));
	n.text = STR("rivage/x\n4\n");
	assert_false(witness_signed(a, both, &n, STR("w.example"), w.pk, &at));
	key = note_key(a, STR("w.example"), WITNESS_COSIGNATURE, w.pk);
	assert_true(note_key_parse(a, key, WITNESS_COSIGNATURE, &name, pk) && memcmp(pk, w.pk, 32) == 0);
	assert_false(note_key_parse(a, key, NOTE_ED25519, &name, pk)); /* one is not taken for the other */
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(proofs), cmocka_unit_test(judgement),
					   cmocka_unit_test(requests), cmocka_unit_test(countersignature)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
