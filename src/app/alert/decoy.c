/* decoy.c — answers of a decoy: only what the form requires, and nothing that stands in this repository to be looked
 * for.  What must not happen here: a telephone number or an organisation of the demonstration. */
#include "decoy.h"

#include "demo/fill.h"

#define YEAR_DAYS 365

static const char *const given[] = {"Anne",  "Bruno",   "Camille", "Denis",  "Élise",  "Fabien", "Gaëlle",
				    "Hugo",  "Inès",    "Julien",  "Karine", "Lucie",  "Marion", "Nicolas",
				    "Odile", "Pauline", "Rémi",    "Sandra", "Thomas", "Valérie"};
static const char *const family[] = {"Aubert", "Barbier", "Chevalier", "Dumont", "Etienne", "Fournier", "Guérin",
				     "Hubert", "Joly",    "Lacroix",   "Masson", "Noël",    "Perrin",   "Rey",
				     "Roche",  "Schmitt", "Tessier",   "Vidal",  "Weber",   "Meunier"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void put(struct arena *a, struct json *o, const char *name, str v)
{
	json_set(a, o, str_of(name), json_new_str(a, v));
}

/* Ten digits, of a beginning that no line of the network has (012). */
static str phone(struct arena *a, const uint8_t *draw)
{
	return arena_fmt(a, "01 2%d %d%d %d%d %d%d", draw[0] % 10, draw[1] % 10, draw[2] % 10, draw[3] % 10,
			 draw[4] % 10, draw[5] % 10, draw[6] % 10);
}

static str day_before(const struct op *op, int days)
{
	return day_iso(op->a, op->today - (day)days);
}

struct json *decoy_answers(const struct op *op, const struct form *f, const struct decoy_words *w, record_id id)
{
	struct key draw = crypt_derive(&op->house->keys.csrf, "decoy", (str){(const char *)id.v.b, sizeof id.v.b});
	const uint8_t *b = draw.b;
	struct json *some = json_object(op->a);
	uint32_t seed = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
	str contact = w->contact, number = phone(op->a, b + 4);

	for (size_t s = 0; s < f->n_sections; s++)
		for (size_t i = 0; i < f->sections[s].n_fields; i++)
			if (!f->sections[s].fields[i].required)
				json_set(op->a, some, f->sections[s].fields[i].name, json_null(op->a));
	if (!contact.n)
		contact = arena_fmt(op->a, "%s %s", given[b[11] % COUNT(given)], family[b[12] % COUNT(family)]);
	put(op->a, some, "given_name", w->given);
	put(op->a, some, "family_name", w->family);
	if (w->organisation.n)
		put(op->a, some, "ref_org_name", w->organisation);
	put(op->a, some, "ref_contact", contact);
	put(op->a, some, "ref_phone", number);
	put(op->a, some, "safe_channel", STR("VIA_PRO"));
	put(op->a, some, "safe_contact", arena_fmt(op->a, "%.*s, %.*s", STR_ARG(contact), STR_ARG(number)));
	put(op->a, some, "birth_date", day_before(op, 20 * YEAR_DAYS + (b[13] << 8 | b[14]) % (20 * YEAR_DAYS)));
	put(op->a, some, "found_on", day_before(op, 3 + b[15] % 60));
	return demo_fill(op->a, f, some, op->today, seed);
}
