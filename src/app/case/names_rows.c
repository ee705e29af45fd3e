/* names_rows.c — the name of a person as a row of the index: sealed to the offices that hold the file, and read back.  A row
 * of another file, or an older one of the same, is refused. */
#include "names_in.h"

#include "case_sql.h"
#include "seal.h"

/* The name a person goes by: given name, then family name, as typed in the referral. */
static str used_name(struct arena *a, const struct json *answers)
{
	str given = json_text(answers, "given_name"), family = json_text(answers, "family_name");

	return str_trim(arena_fmt(a, "%.*s %.*s", STR_ARG(given), STR_ARG(family)));
}

/* The case stands inside the sealed row too: a row moved to another case is refused when it is read. */
static str index_row(struct op *op, case_id id, const struct name_rows *r)
{
	struct json *o = json_object(op->a);

	json_set(op->a, o, STR("id"), json_new_str(op->a, id_text(op->a, id.v)));
	json_set(op->a, o, STR("name"), json_new_str(op->a, r->name));
	json_set(op->a, o, STR("phone"), json_new_str(op->a, r->phone));
	json_set(op->a, o, STR("mark"), json_new_int(op->a, r->mark));
	return json_dump(op->a, o, 4096);
}

struct err *names_seal(struct op *op, const struct kase *k, const struct json *answers, struct name_rows **out)
{
	struct name_rows *r = NEW(op->a, struct name_rows);
	str row;

	r->name = used_name(op->a, answers);
	r->phone = json_text(answers, "safe_contact");
	r->office[0] = k->head.office;
	if (k->head.flags & FLAG_COR_OPEN)
		r->office[1] = k->head.cor_office;
	random_bytes(&r->mark, sizeof r->mark);
	r->mark &= INT32_MAX >> 3; /* short in the head */
	row = index_row(op, k->head.id, r);
	if (!row.p)
		return FAIL(op->a, TOO_BIG, NULL, "name over the room of the index");
	for (size_t i = 0; i < 2; i++)
		if (r->office[i])
			TRY(vault_index_seal(op->vault, op->a, str_of(r->office[i]), row, &r->sealed[i]));
	*out = r;
	return NULL;
}

void names_mark(struct head *h, const struct name_rows *r)
{
	if (r)
		h->fact[FACT_names_mark] = r->mark;
}

struct err *names_write(struct op *op, struct db *tx, const struct kase *k, const struct name_rows *r)
{
	for (size_t i = 0; r && i < 2; i++) {
		if (!r->office[i])
			continue;
		TRY(index_put(tx, op->a, k->head.id, office_group(op->house, r->office[i]), r->sealed[i], NULL));
	}
	return NULL;
}

struct err *name_row_open(struct arena *a, struct heads *heads, const struct box_pair *pair, case_id object, str sealed,
			  str *name, str *phone)
{
	struct json *o;
	struct head h;
	str plain;

	TRY(crypt_box_open(a, pair, sealed, &plain));
	TRY(json_parse(a, plain, &o));
	if (!str_eq(json_text(o, "id"), id_text(a, object.v)))
		return FAIL(a, INTERNAL, NULL, "index row of another case");
	if (!heads_get(heads, object, &h) || json_int(json_get(o, "mark"), -1) != h.fact[FACT_names_mark])
		return FAIL(a, INTERNAL, NULL, "index row that is not the newest of its case");
	*name = json_text(o, "name");
	*phone = json_text(o, "phone");
	return NULL;
}
