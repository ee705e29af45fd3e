/* load_form.c — one form definition: its sections and fields.  A key that the type of a field does not use is
 * an error, because whoever wrote it expects something that would not happen. */
#include "load.h"

const struct type_row field_types[FIELD_TYPES] = {
	[FIELD_NOTE] = {"note", 0, 0},
	[FIELD_TEXT] = {"text", T_ANSWER | T_UNKNOWN | T_TYPED | T_MAX | T_LOOK, 200},
	[FIELD_INTEGER] = {"integer", T_ANSWER | T_UNKNOWN | T_TYPED | T_RANGE | T_HEAD | T_ORDER, 20},
	[FIELD_DATE] = {"date", T_ANSWER | T_UNKNOWN | T_TYPED | T_HEAD | T_ORDER, 40},
	[FIELD_MONEY] = {"money", T_ANSWER | T_UNKNOWN | T_TYPED | T_ORDER, 40},
	[FIELD_PHONE] = {"phone", T_ANSWER | T_UNKNOWN | T_TYPED | T_MAX, 40},
	[FIELD_EMAIL] = {"email", T_ANSWER | T_UNKNOWN | T_TYPED | T_MAX, 254},
	[FIELD_ONE] = {"select_one", T_ANSWER | T_UNKNOWN | T_CHOICES | T_HEAD | T_CODED, 0},
	[FIELD_MANY] = {"select_multiple", T_ANSWER | T_UNKNOWN | T_CHOICES | T_HEAD | T_CODED | T_LIST, 0},
	[FIELD_COUNTRY] = {"country", T_ANSWER | T_UNKNOWN | T_HEAD | T_CODED, 0},
	[FIELD_COUNTRIES] = {"countries", T_ANSWER | T_UNKNOWN | T_MAX | T_HEAD | T_CODED | T_LIST, 10},
	[FIELD_LANG] = {"lang", T_ANSWER | T_UNKNOWN | T_HEAD | T_CODED, 0},
	[FIELD_LANGS] = {"langs", T_ANSWER | T_UNKNOWN | T_MAX | T_HEAD | T_CODED | T_LIST, 10},
	[FIELD_REPEAT] = {"repeat", T_ANSWER | T_MAX | T_FIELDS, 20},
	[FIELD_GRID] = {"grid", T_ANSWER | T_CHOICES | T_FIELDS, 0},
};
#define MULTILINE_MAX 4000
#define TEXT_MOST 20000 /* characters; one record stays well below the limits of a request */
#define ROWS_MOST 100

static const struct field_key {
	const char *name;
	unsigned traits; /* 0: every type */
} field_keys[] = {
	{"name", 0},
	{"type", 0},
	{"label", 0},
	{"hint", 0},
	{"why", 0},
	{"compartment", 0},
	{"sensitivity", 0},
	{"retention", 0},
	{"about", T_ANSWER},
	{"relevant", 0},
	{"required", T_ANSWER},
	{"constraint", T_ANSWER},
	{"constraint_message", T_ANSWER},
	{"unknown", T_UNKNOWN},
	{"max", T_MAX},
	{"min", T_RANGE},
	{"max_value", T_RANGE},
	{"choices", T_CHOICES},
	{"appearance", T_LOOK},
	{"head", T_HEAD},
	{"fields", T_FIELDS},
};

static void check_keys(struct loader *l, const struct at *at, const struct json *o, const struct type_row *type)
{
	JSON_EACH (m, o) {
		const struct field_key *k = NULL;

		for (size_t i = 0; i < sizeof field_keys / sizeof *field_keys && !k; i++)
			if (str_eqz(m->key, field_keys[i].name))
				k = &field_keys[i];
		if (!k)
			load_bad(l, at, "The key {arg} is unknown.", m->key);
		else if (type && k->traits && !(type->traits & k->traits))
			load_bad(l, at, "The key {arg} does not go with this type of field.", m->key);
	}
}

static bool name_ok(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '_'))))
			return false;
	}
	return s.n > 0 && s.n <= 40;
}

static void load_name(struct loader *l, const struct at *at, const struct json *o, const struct form *form,
		      const struct field *outer, struct field *f)
{
	str name = load_text(l, at, o, "name", true);

	if (!name.p)
		return;
	if (!name_ok(name))
		load_bad(l, AT(at, "name"), "A name starts with a–z and goes on with a–z, 0–9 and _, 40 at most.",
			 (str){0});
	else if (outer && outer->type == FIELD_GRID && str_eqz(name, "code"))
		load_bad(l, AT(at, "name"), "The name code is that of the row itself.", (str){0});
	else if (form_field(form, name))
		load_bad(l, AT(at, "name"), "The name {arg} stands twice in this form.", name);
	f->name = name;
}

static const struct type_row *load_type(struct loader *l, const struct at *at, const struct json *o, struct field *f)
{
	str name = load_text(l, at, o, "type", true);

	for (size_t i = 0; i < FIELD_TYPES; i++)
		if (name.p && str_eqz(name, field_types[i].name)) {
			f->type = (enum field_type)i;
			return &field_types[i];
		}
	if (name.p)
		load_bad(l, AT(at, "type"), "The type {arg} is unknown.", name);
	return NULL;
}

/* Where an answer is kept and for how long.  Inside rows everything comes from the row's field. */
static void load_care(struct loader *l, const struct at *at, const struct json *o, struct form *form,
		      const struct field *outer, struct field *f)
{
	static const char *const levels[] = {"P1", "P2", "P3", "P4"};
	bool needed = !outer && f->type != FIELD_NOTE, known = false;
	str compartment = load_text(l, at, o, "compartment", needed);

	f->sensitivity = load_text(l, at, o, "sensitivity", needed);
	f->retention = load_text(l, at, o, "retention", false);
	if (!f->retention.p)
		f->retention = outer ? outer->retention : form->retention;
	for (size_t i = 0; i < 4; i++)
		known = known || str_eqz(f->sensitivity, levels[i]);
	if (f->sensitivity.p && !known)
		load_bad(l, AT(at, "sensitivity"), "The sensitivity must be P1, P2, P3 or P4.", (str){0});
	f->compartment = compartment.p ? compartment_find(compartment) : COMPARTMENTS;
	if (compartment.p && f->compartment == COMPARTMENTS)
		load_bad(l, AT(at, "compartment"), "The compartment {arg} is unknown.", compartment);
	if (outer && compartment.p && f->compartment != outer->compartment)
		load_bad(l, AT(at, "compartment"), "Inside rows the compartment is that of the rows.", (str){0});
	if (outer)
		f->compartment = outer->compartment;
	if (outer && !f->sensitivity.p)
		f->sensitivity = outer->sensitivity;
	if (f->compartment < COMPARTMENTS && f->type != FIELD_NOTE)
		form->compartments |= COMP_BIT(f->compartment);
}

/* Words must say whom they are about; inside rows it comes from the row's field unless they say otherwise. */
static void load_about(struct loader *l, const struct at *at, const struct json *o, const struct field *outer,
		       struct field *f)
{
	bool words = f->type == FIELD_TEXT || f->type == FIELD_PHONE || f->type == FIELD_EMAIL;
	bool settled = outer && outer->about != ABOUT_PERSON;
	str name = load_text(l, at, o, "about", words && !settled);

	f->about = outer ? outer->about : ABOUT_PERSON;
	if (!name.p)
		return;
	f->about = 0;
	while (f->about < ABOUTS && !str_eqz(name, about_rows[f->about].name))
		f->about++;
	if (f->about < ABOUTS)
		return;
	load_bad(l, AT(at, "about"), "Nobody is called {arg} here.", name);
	f->about = ABOUT_MIXED;
}

static void load_bounds(struct loader *l, const struct at *at, const struct json *o, const struct type_row *type,
			struct field *f)
{
	str look = load_text(l, at, o, "appearance", false);
	int64_t most = type->traits & T_FIELDS || type->traits & T_LIST ? ROWS_MOST : TEXT_MOST, max;

	f->multiline = str_eqz(look, "multiline");
	if (look.p && !f->multiline)
		load_bad(l, AT(at, "appearance"), "The appearance {arg} is unknown.", look);
	max = load_int(l, at, o, "max", f->multiline ? MULTILINE_MAX : (int64_t)type->max);
	if (json_get(o, "max") && (max < 1 || max > most)) {
		load_bad(l, AT(at, "max"), "This must be between 1 and {arg}.", arena_fmt(l->a, "%ld", (long)most));
		max = most;
	}
	f->max = (size_t)max;
	f->min_int = load_int(l, at, o, "min", INT64_MIN);
	f->max_int = load_int(l, at, o, "max_value", INT64_MAX);
	if (f->min_int > f->max_int)
		load_bad(l, AT(at, "min"), "The least value is above the greatest.", (str){0});
}

static void load_choices(struct loader *l, const struct at *at, const struct json *o, struct field *f)
{
	str name = load_text(l, at, o, "choices", field_is(f, T_CHOICES));

	if (!name.p)
		return;
	f->choices = list_find(l->out, name);
	if (!f->choices)
		load_bad(l, AT(at, "choices"), "The code list {arg} is unknown.", name);
}

static void load_head(struct loader *l, const struct at *at, const struct json *o, const struct field *outer,
		      struct field *f)
{
	bool known = l->heads == NULL;

	f->head = load_text(l, at, o, "head", false);
	if (!f->head.p)
		return;
	if (outer)
		load_bad(l, AT(at, "head"), "A field inside rows cannot set a fact.", (str){0});
	for (const char *const *h = l->heads; h && *h && !known; h++)
		known = str_eqz(f->head, *h);
	if (!known)
		load_bad(l, AT(at, "head"), "The fact {arg} is unknown.", f->head);
}

static void load_field(struct loader *l, const struct at *at, const struct json *o, struct form *form,
		       const struct field *outer, struct field *f);

static void load_fields(struct loader *l, const struct at *at, const struct json *o, struct form *form,
			struct field *outer, struct field **fields, size_t *n)
{
	const struct json *list = load_list(l, at, o, "fields", true);
	size_t i = 0;

	*fields = NEWS(l->a, struct field, json_count(list) + 1);
	JSON_EACH (v, list) {
		const struct at *here = AT_N(AT(at, "fields"), i);

		i++;
		if (!load_object(l, here, v))
			continue;
		(*n)++; /* first, so that names inside its rows are compared with all others */
		load_field(l, here, v, form, outer, &(*fields)[*n - 1]);
	}
}

static void load_field(struct loader *l, const struct at *at, const struct json *o, struct form *form,
		       const struct field *outer, struct field *f)
{
	const struct type_row *type = load_type(l, at, o, f);

	check_keys(l, at, o, type);
	load_name(l, at, o, form, outer, f);
	f->label = load_label(l, at, o, "label", true);
	f->hint = load_label(l, at, o, "hint", false);
	f->why = load_label(l, at, o, "why", false);
	f->required = load_bool(l, at, o, "required");
	f->unknown = load_bool(l, at, o, "unknown");
	f->constraint_message = load_label(l, at, o, "constraint_message", false);
	if (json_get(o, "relevant"))
		f->relevant = load_cond(l, AT(at, "relevant"), json_get(o, "relevant"));
	if (json_get(o, "constraint"))
		f->constraint = load_cond(l, AT(at, "constraint"), json_get(o, "constraint"));
	if (f->constraint && !f->constraint_message.en.p)
		load_bad(l, at, "The key {arg} is missing.", STR("constraint_message"));
	load_care(l, at, o, form, outer, f);
	load_about(l, at, o, outer, f);
	if (!type)
		return;
	load_bounds(l, at, o, type, f);
	load_choices(l, at, o, f);
	load_head(l, at, o, outer, f);
	if (!(type->traits & T_FIELDS))
		return;
	if (outer)
		load_bad(l, AT(at, "type"), "Rows cannot stand inside rows.", (str){0});
	else
		load_fields(l, at, o, form, f, &f->fields, &f->n_fields);
}

static void load_sections(struct loader *l, const struct json *o, struct form *f)
{
	static const char *const keys[] = {"title", "intro", "fields"};
	const struct json *list = load_list(l, NULL, o, "sections", true);
	size_t i = 0;

	f->sections = NEWS(l->a, struct section, json_count(list) + 1);
	JSON_EACH (v, list) {
		const struct at *at = AT_N(AT(NULL, "sections"), i);
		struct section *s = &f->sections[f->n_sections];

		i++;
		if (!load_object(l, at, v))
			continue;
		load_keys(l, at, v, keys, sizeof keys / sizeof *keys);
		s->title = load_label(l, at, v, "title", true);
		s->intro = load_label(l, at, v, "intro", false);
		f->n_sections++;
		load_fields(l, at, v, f, NULL, &s->fields, &s->n_fields);
	}
}

static void load_writers(struct loader *l, const struct json *o, struct form *f)
{
	const struct json *list = load_list(l, NULL, o, "write", true);
	size_t i = 0;

	JSON_EACH (v, list) {
		enum role r = role_find(json_str(v));

		if (r == ROLE_NONE)
			load_bad(l, AT_N(AT(NULL, "write"), i), "The role {arg} is unknown.", json_str(v));
		f->write |= 1u << r;
		i++;
	}
}

static void need_code(struct loader *l, const struct at *at, const char *list, str code)
{
	const struct code_list *known = list_find(l->out, str_of(list));

	if (code.p && (!known || code_index(known, code) < 0))
		load_bad(l, at, "This is not a code of the list {arg}.", str_of(list));
}

/* What for, and what allows it: the register of processing is made of these. */
static void load_purpose(struct loader *l, const struct json *o, struct form *f)
{
	const struct json *list = load_list(l, NULL, o, "basis", true);
	size_t i = 0;

	f->purpose = load_text(l, NULL, o, "purpose", true);
	need_code(l, AT(NULL, "purpose"), "PURPOSE", f->purpose);
	f->basis = NEWS(l->a, str, json_count(list) + 1);
	JSON_EACH (v, list) {
		str code = v->type == JSON_STR ? v->s : STR("?");

		need_code(l, AT_N(AT(NULL, "basis"), i), "LEGAL_BASIS", code);
		f->basis[f->n_basis++] = code;
		i++;
	}
}

static void load_identity(struct loader *l, const struct json *o, struct form *f)
{
	int64_t version = load_int(l, NULL, o, "version", 0);
	str dossier = load_text(l, NULL, o, "dossier", true);

	f->code = load_text(l, NULL, o, "form", true);
	if (version < 1 || version > 9999)
		load_bad(l, AT(NULL, "version"), "The version must be between 1 and 9999.", (str){0});
	f->version = (int)version;
	f->dossier = str_eqz(dossier, "COR") ? DOSSIER_COR : DOSSIER_FR;
	if (dossier.p && !str_eqz(dossier, "FR") && !str_eqz(dossier, "COR"))
		load_bad(l, AT(NULL, "dossier"), "The dossier must be FR or COR.", (str){0});
	for (size_t i = 0; i < l->out->n; i++)
		if (f->code.p && str_eq(l->out->forms[i].code, f->code) && l->out->forms[i].version == f->version)
			load_bad(l, AT(NULL, "form"), "Another file already has this version of the form {arg}.",
				 f->code);
}

void load_form(struct loader *l, const struct json *o, struct form *f)
{
	static const char *const keys[] = {"form", "version", "dossier",   "title",   "intro", "write",
					   "once", "public",  "retention", "purpose", "basis", "sections"};

	if (!load_object(l, NULL, o))
		return;
	load_keys(l, NULL, o, keys, sizeof keys / sizeof *keys);
	load_identity(l, o, f);
	f->title = load_label(l, NULL, o, "title", true);
	f->intro = load_label(l, NULL, o, "intro", false);
	f->retention = load_text(l, NULL, o, "retention", true);
	f->once = load_bool(l, NULL, o, "once");
	f->public_ = load_bool(l, NULL, o, "public");
	load_purpose(l, o, f);
	load_writers(l, o, f);
	load_sections(l, o, f);
	load_check_conds(l, f);
}
