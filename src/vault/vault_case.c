/* vault_case.c — the client side: keys of cases, the names index, assignments, heads. */
#include <string.h>

#include "client.h"

static void keep_wraps(struct arena *a, struct wrap *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		w[i].sealed = arena_str(a, w[i].sealed);
}

struct err *vault_object_new(struct vault *v, struct arena *a, struct token t, case_id object, enum dossier d,
			     uint32_t mask, const str *offices, size_t n_offices, struct wrap **wraps, size_t *n_wraps,
			     struct case_key **keys, size_t *n_keys)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &object.v);
	CODE_ENUM(c, d, DOSSIERS);
	code_u32(c, &mask);
	code_count(c, &n_offices, OFFICES_MAX);
	for (size_t i = 0; i < n_offices && !c->bad; i++) {
		str office = offices[i];

		code_str(c, &office, OFFICE_MAX);
	}
	TRY(vault_call(v, a, VERB_OBJECT, OBJECT_NEW));
	code_wraps(&v->c, a, wraps, n_wraps, OPEN_WRAPS_MAX);
	keep_wraps(a, *wraps, *n_wraps);
	code_case_keys(&v->c, a, keys, n_keys);
	return vault_end(v, a);
}

static struct err *erase_call(struct vault *v, struct arena *a, struct token t, case_id object, unsigned sub)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &object.v);
	TRY(vault_call(v, a, VERB_OBJECT, sub));
	return vault_end(v, a);
}

struct err *vault_erase_ask(struct vault *v, struct arena *a, struct token t, case_id object)
{
	return erase_call(v, a, t, object, OBJECT_ERASE_ASK);
}

struct err *vault_erase_withdraw(struct vault *v, struct arena *a, struct token t, case_id object)
{
	return erase_call(v, a, t, object, OBJECT_ERASE_DROP);
}

struct err *vault_erase(struct vault *v, struct arena *a, struct token t, case_id object)
{
	return erase_call(v, a, t, object, OBJECT_ERASE);
}

struct err *vault_hold(struct vault *v, struct arena *a, struct token t, case_id object)
{
	return erase_call(v, a, t, object, OBJECT_HOLD);
}

struct err *vault_release(struct vault *v, struct arena *a, struct token t, case_id object)
{
	return erase_call(v, a, t, object, OBJECT_RELEASE);
}

struct err *vault_held(struct vault *v, struct arena *a, struct token t, case_id object, bool *is)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &object.v);
	TRY(vault_call(v, a, VERB_OBJECT, OBJECT_HELD));
	code_bool(&v->c, is);
	return vault_end(v, a);
}

struct err *vault_erased(struct vault *v, struct arena *a, case_id object, bool *is, struct erasure *out)
{
	struct token none = NO_TOKEN;
	struct codec *c = vault_begin(v);

	code_token(c, &none);
	code_id(c, &object.v);
	TRY(vault_call(v, a, VERB_OBJECT, OBJECT_ERASED));
	code_bool(&v->c, is);
	code_id(&v->c, &out->asked.v);
	code_id(&v->c, &out->confirmed.v);
	code_i64(&v->c, &out->at);
	return vault_end(v, a);
}

struct err *vault_share(struct vault *v, struct arena *a, struct token t, case_id object, const struct wrap *have,
			size_t n, str office, struct wrap **out, size_t *n_out)
{
	struct codec *c = vault_begin(v);
	struct wrap *given = (struct wrap *)(uintptr_t)have;

	code_token(c, &t);
	code_id(c, &object.v);
	code_str(c, &office, OFFICE_MAX);
	code_wraps(c, a, &given, &n, OPEN_WRAPS_MAX);
	TRY(vault_call(v, a, VERB_SHARE, 0));
	code_wraps(&v->c, a, out, n_out, OPEN_WRAPS_MAX);
	keep_wraps(a, *out, *n_out);
	return vault_end(v, a);
}

struct err *vault_open(struct vault *v, struct arena *a, struct token t, case_id object, enum purpose p,
		       const uint8_t head[32], const struct wrap *wraps, size_t n, struct case_key **keys,
		       size_t *n_keys)
{
	struct codec *c = vault_begin(v);
	struct wrap *given = (struct wrap *)(uintptr_t)wraps;
	uint8_t digest[32] = {0};

	if (head)
		memcpy(digest, head, sizeof digest);
	code_token(c, &t);
	code_id(c, &object.v);
	CODE_ENUM(c, p, PURPOSE_REVEAL + 1);
	code_bytes(c, digest, sizeof digest);
	code_wraps(c, a, &given, &n, OPEN_WRAPS_MAX);
	TRY(vault_call(v, a, VERB_OPEN, 0));
	code_case_keys(&v->c, a, keys, n_keys);
	return vault_end(v, a);
}

static struct err *index_call(struct vault *v, struct arena *a, struct token t, str office, unsigned sub,
			      struct box_pair *out)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_str(c, &office, OFFICE_MAX);
	TRY(vault_call(v, a, VERB_INDEX, sub));
	code_bytes(&v->c, out->pk, sizeof out->pk);
	if (sub == INDEX_OPEN)
		code_key(&v->c, &out->sk);
	return vault_end(v, a);
}

/* The sealing is done here, with the office's public key: the vault sees no name. */
struct err *vault_index_seal(struct vault *v, struct arena *a, str office, str plain, str *sealed)
{
	struct box_pair pair = {0};

	TRY(index_call(v, a, NO_TOKEN, office, INDEX_PUBLIC, &pair));
	*sealed = crypt_box_seal(a, pair.pk, plain);
	return NULL;
}

struct err *vault_index_key(struct vault *v, struct arena *a, struct token t, str office, struct box_pair *out)
{
	return index_call(v, a, t, office, INDEX_OPEN, out);
}

static struct err *assign_call(struct vault *v, struct arena *a, struct token t, case_id object, user_id who, day until,
			       unsigned sub)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &object.v);
	code_id(c, &who.v);
	code_i32(c, &until);
	TRY(vault_call(v, a, VERB_ACCESS, sub));
	return vault_end(v, a);
}

struct err *vault_assign(struct vault *v, struct arena *a, struct token t, case_id object, user_id who, day until)
{
	return assign_call(v, a, t, object, who, until, ACCESS_GIVE);
}

struct err *vault_unassign(struct vault *v, struct arena *a, struct token t, case_id object, user_id who)
{
	return assign_call(v, a, t, object, who, NO_DAY, ACCESS_TAKE);
}

struct err *vault_head_next(struct vault *v, struct arena *a, case_id object, const uint8_t prev[32],
			    const uint8_t next[32])
{
	struct codec *c = vault_begin(v);

	code_id(c, &object.v);
	code_bytes(c, (void *)(uintptr_t)prev, 32);
	code_bytes(c, (void *)(uintptr_t)next, 32);
	TRY(vault_call(v, a, VERB_HEAD, HEAD_NEXT));
	return vault_end(v, a);
}

struct err *vault_head_check(struct vault *v, struct arena *a, case_id object, const uint8_t digest[32])
{
	struct codec *c = vault_begin(v);

	code_id(c, &object.v);
	code_bytes(c, (void *)(uintptr_t)digest, 32);
	TRY(vault_call(v, a, VERB_HEAD, HEAD_CHECK));
	return vault_end(v, a);
}

struct err *vault_heads_check(struct vault *v, struct arena *a, bool first, const struct head_seen *list, size_t n,
			      enum head_found *found)
{
	struct codec *c = vault_begin(v);

	code_bool(c, &first);
	code_count(c, &n, HEADS_LISTED);
	for (size_t i = 0; i < n; i++) {
		struct head_seen h = list[i];

		code_id(c, &h.object.v);
		code_bytes(c, h.digest, sizeof h.digest);
	}
	TRY(vault_call(v, a, VERB_HEAD, HEAD_LIST));
	for (size_t i = 0; i < n; i++)
		CODE_ENUM(&v->c, found[i], HEADS_FOUND);
	return vault_end(v, a);
}

struct err *vault_heads_missing(struct vault *v, struct arena *a, uint64_t *n)
{
	vault_begin(v);
	TRY(vault_call(v, a, VERB_HEAD, HEAD_MISSING));
	code_u64(&v->c, n);
	return vault_end(v, a);
}

struct err *vault_rows_wrong(struct vault *v, struct arena *a, case_id object)
{
	struct codec *c = vault_begin(v);

	code_id(c, &object.v);
	TRY(vault_call(v, a, VERB_HEAD, HEAD_WRONG_ROWS));
	return vault_end(v, a);
}
