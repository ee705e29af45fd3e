/* witness.c — requests to a witness, its judgement, its countersignature. */
#include "witness.h"

#include <string.h>

#define TIMED (4 + 8 + 64) /* key hash, time, signature */

static bool take_line(str *rest, str *out)
{
	ptrdiff_t end = str_index(*rest, '\n');

	if (end < 0)
		return false;
	*out = str_sub(*rest, 0, (size_t)end);
	*rest = str_sub(*rest, (size_t)end + 1, rest->n);
	return true;
}

str witness_ask_make(struct arena *a, uint64_t old, const struct proof *p, str checkpoint)
{
	str out = arena_fmt(a, "old %llu\n", (unsigned long long)old);

	for (size_t i = 0; i < p->n; i++)
		out = arena_fmt(a, "%.*s%.*s\n", STR_ARG(out),
				STR_ARG(crypt_base64(a, (str){(const char *)p->hash[i], 32})));
	return arena_fmt(a, "%.*s\n%.*s", STR_ARG(out), STR_ARG(checkpoint));
}

static bool plain_number(str s, uint64_t *out)
{
	int64_t v;

	if (s.n == 0 || s.p[0] == '-' || s.p[0] == '+' || (s.p[0] == '0' && s.n > 1) || !str_to_i64(s, &v))
		return false;
	*out = (uint64_t)v;
	return true;
}

static bool take_hash(struct arena *a, str text, struct proof *p)
{
	str bytes;

	if (p->n == PROOF_MAX || text.n != 44 || crypt_unbase64(a, text, &bytes) || bytes.n != 32)
		return false;
	memcpy(p->hash[p->n++], bytes.p, 32);
	return true;
}

bool witness_ask_parse(struct arena *a, str body, struct witness_ask *out)
{
	str line, rest = body, old = STR("old ");

	*out = (struct witness_ask){.old = 0};
	if (!take_line(&rest, &line) || !str_starts(line, old) ||
	    !plain_number(str_sub(line, old.n, line.n), &out->old))
		return false;
	while (take_line(&rest, &line) && line.n)
		if (!take_hash(a, line, &out->proof))
			return false;
	out->checkpoint = rest;
	return line.p && line.n == 0 && note_take(a, &rest, &out->note) && rest.n == 0;
}

static struct err *conflict(struct arena *a, const struct witness_log *log)
{
	struct err *e = FAIL(a, CONFLICT, "The witness stands at entry {arg}: the request must begin there.",
			     "another size than the witness's");

	e->arg = arena_fmt(a, "%llu", (unsigned long long)log->size);
	return e;
}

struct err *witness_judge(struct arena *a, const struct witness_ask *ask, struct witness_log *log)
{
	const struct note *n = &ask->note;

	if (!str_eq(n->origin, log->origin))
		return FAIL(a, NOT_FOUND, "The witness does not know this log.", "origin");
	if (!note_good(a, n, log->origin, log->pk))
		return FAIL(a, DENIED, "The checkpoint does not carry the signature of its log.", "signature");
	if (ask->old != log->size)
		return conflict(a, log);
	if (n->size < log->size || !proof_good(&ask->proof, log->size, log->root, n->size, n->root))
		return FAIL(a, INVALID,
			    "This log was written anew: it is not what the witness countersigned, continued. Keep both "
			    "and tell the data-protection officer.",
			    "not consistent");
	log->size = n->size;
	memcpy(log->root, n->root, 32);
	return NULL;
}

static str timed_text(struct arena *a, const struct note *n, uint64_t at)
{
	return arena_fmt(a, "cosignature/v1\ntime %llu\n%.*s", (unsigned long long)at, STR_ARG(n->text));
}

str witness_sign(struct arena *a, const struct sign_pair *key, str name, const struct note *n, uint64_t at)
{
	uint8_t blob[TIMED];

	note_key_hash(a, name, WITNESS_COSIGNATURE, key->pk, blob);
	for (int i = 0; i < 8; i++)
		blob[4 + i] = (uint8_t)(at >> (56 - 8 * i));
	crypt_sign(key, timed_text(a, n, at), blob + 12);
	return arena_fmt(a, NOTE_DASH "%.*s %.*s\n", STR_ARG(name),
			 STR_ARG(crypt_base64(a, (str){(char *)blob, sizeof blob})));
}

static bool line_signed(struct arena *a, str line, const struct note *n, str name, const uint8_t pk[32], uint64_t *at)
{
	str start = arena_fmt(a, NOTE_DASH "%.*s ", STR_ARG(name)), bytes;
	uint8_t hash[4], sig[64];
	uint64_t when = 0;

	if (!str_starts(line, start) || crypt_unbase64(a, str_sub(line, start.n, line.n), &bytes) || bytes.n != TIMED)
		return false;
	note_key_hash(a, name, WITNESS_COSIGNATURE, pk, hash);
	for (int i = 0; i < 8; i++)
		when = when << 8 | (uint8_t)bytes.p[4 + i];
	memcpy(sig, bytes.p + 12, sizeof sig);
	if (memcmp(bytes.p, hash, 4) != 0 || !crypt_verify(pk, timed_text(a, n, when), sig))
		return false;
	*at = when;
	return true;
}

bool witness_signed(struct arena *a, str checkpoint, const struct note *n, str name, const uint8_t pk[32], uint64_t *at)
{
	str line;

	while (take_line(&checkpoint, &line))
		if (line_signed(a, line, n, name, pk, at))
			return true;
	return false;
}
