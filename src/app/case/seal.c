/* seal.c — where each sealed value of a case belongs, and the keys it is sealed with. */
#include "seal.h"

#include <string.h>

#include "case_sql.h"
#include "codec.h"

#define FORM_CODE_MAX 32

/* Keyed, so that who writes the database cannot tell which rows would add up to a tally. */
static struct key row_mark(const struct house *house, const struct row_clear *r)
{
	int64_t n[] = {r->dossier, r->compartment, r->version, r->form_version, r->on, r->turn};
	uint8_t bytes[160];
	struct codec c = codec_writer(bytes, sizeof bytes);
	struct row_clear copy = *r;
	str form = str_sub(r->form, 0, FORM_CODE_MAX); /* none is longer: one that is, is another's */

	code_id(&c, &copy.object.v);
	code_id(&c, &copy.id.v);
	code_id(&c, &copy.author.v);
	for (size_t i = 0; i < sizeof n / sizeof *n; i++)
		code_i64(&c, &n[i]);
	code_str(&c, &form, FORM_CODE_MAX);
	if (c.bad)
		BUG("the clear part of a row does not fit");
	return crypt_derive(&house->keys.head, "row", codec_written(&c));
}

struct seal_at seal_row_at(const struct house *house, const struct row_clear *r, bool draft)
{
	struct key mark = row_mark(house, r);
	struct seal_at at = {.tenant = house->keys.tenant,
			     .table = draft ? SEAL_DRAFT : SEAL_RECORD,
			     .row = r->id.v,
			     .object = r->object.v,
			     .compartment = (uint8_t)r->compartment,
			     .dossier = (uint8_t)r->dossier,
			     .version = (uint64_t)r->version};

	memcpy(at.about, mark.b, sizeof at.about);
	return at;
}

void tally_add(const struct house *house, struct tally *t, const struct row_clear *r)
{
	struct key mark = row_mark(house, r);

	t->n++;
	for (size_t i = 0; i < sizeof t->all; i++)
		t->all[i] ^= mark.b[i];
}

static struct seal_at tally_at(const struct house *house, case_id object, int64_t version)
{
	return (struct seal_at){.tenant = house->keys.tenant,
				.table = SEAL_TALLY,
				.row = object.v,
				.object = object.v,
				.version = (uint64_t)version};
}

struct err *seal_tally(struct op *op, case_id object, int64_t version, const struct tally *t, str *out)
{
	struct seal_at at = tally_at(op->house, object, version);

	return crypt_wrap(op->a, &op->house->keys.head, &at, (str){(const char *)t, sizeof *t}, out);
}

struct err *open_tally(struct op *op, case_id object, int64_t version, str sealed, struct tally *out)
{
	struct seal_at at = tally_at(op->house, object, version);
	str plain;

	TRY(crypt_unwrap(op->a, &op->house->keys.head, &at, sealed, &plain));
	if (plain.n != sizeof *out)
		return FAIL(op->a, INTERNAL, NULL, "tally of %zu bytes", plain.n);
	memcpy(out, plain.p, sizeof *out);
	return NULL;
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
