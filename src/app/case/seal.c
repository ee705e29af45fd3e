/* seal.c — where each sealed value of a case belongs, and the keys it is sealed with. */
#include "seal.h"

#include <string.h>

#include "case_sql.h"

struct seal_at seal_record_at(const struct op *op, case_id object, record_id id, enum dossier d, enum compartment c,
			      int version, bool draft)
{
	return (struct seal_at){.tenant = op->house->keys.tenant,
				.table = draft ? SEAL_DRAFT : SEAL_RECORD,
				.row = id.v,
				.object = object.v,
				.compartment = (uint8_t)c,
				.dossier = (uint8_t)d,
				.version = (uint64_t)version};
}

static struct seal_at head_at(const struct house *house, case_id id, int64_t version)
{
	return (struct seal_at){.tenant = house->keys.tenant,
				.table = SEAL_HEAD,
				.row = id.v,
				.object = id.v,
				.version = (uint64_t)version};
}

struct err *seal_head(struct op *op, const struct head *h, int64_t version, str *out)
{
	struct seal_at at = head_at(op->house, h->id, version);

	return crypt_seal(op->a, &op->house->keys.head, &at, head_encode(op->a, h), out);
}

struct err *open_head(struct arena *a, const struct house *house, case_id id, int64_t version, str sealed,
		      struct head *out)
{
	struct seal_at at = head_at(house, id, version);
	str plain;

	TRY(crypt_open(a, &house->keys.head, &at, sealed, &plain));
	TRY(head_decode(a, plain, out));
	out->version = version;
	return NULL;
}

#define ANSWERS_MAX ((size_t)1 << 20)

struct err *seal_answers(struct arena *a, const struct key *key, const struct seal_at *at, const struct json *answers,
			 str *out)
{
	str plain = json_dump(a, answers, ANSWERS_MAX);

	if (!plain.p)
		return FAIL(a, TOO_BIG, NULL, "answers over %zu bytes", ANSWERS_MAX);
	return crypt_seal(a, key, at, plain, out);
}

const struct key *case_key_of(const struct kase *k, enum dossier d, enum compartment c)
{
	for (size_t i = 0; i < k->n_keys; i++)
		if (k->keys[i].dossier == d && k->keys[i].compartment == c)
			return &k->keys[i].key;
	return NULL;
}

struct id office_group(const struct house *house, const char *office)
{
	struct key k = crypt_derive(&house->keys.token, "office", str_of(office));
	struct id v;

	memcpy(v.b, k.b, sizeof v.b);
	return v;
}

struct err *wraps_store(struct op *op, struct db *tx, case_id object, const struct wrap *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(wrap_insert(tx, op->a, object, w[i].dossier, w[i].compartment, office_group(op->house, w[i].office),
				w[i].gen, w[i].sealed, NULL));
	return NULL;
}

/* The office a group's hash stands for; the programme's offices are few. */
static const char *group_office(const struct house *house, struct arena *a, struct id grp)
{
	for (size_t i = 0; i < house->programme->n_offices; i++) {
		const char *code = arena_z(a, house->programme->offices[i].code);

		if (id_eq(office_group(house, code), grp))
			return code;
	}
	return "";
}

struct err *wraps_load(struct op *op, case_id object, struct wrap **out, size_t *n)
{
	struct wraps_of_row *rows;
	struct wrap *w;

	TRY(wraps_of(op->db, op->a, object, &rows, n));
	w = NEWS(op->a, struct wrap, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		w[i].dossier = (enum dossier)rows[i].dossier;
		w[i].compartment = (enum compartment)rows[i].compartment;
		w[i].gen = (uint32_t)rows[i].gen;
		w[i].sealed = rows[i].sealed;
		str_put(w[i].office, sizeof w[i].office, str_of(group_office(op->house, op->a, rows[i].grp)));
	}
	*out = w;
	return NULL;
}
