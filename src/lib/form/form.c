/* form.c — looking things up: forms, lists, codes, fields, labels, facts. */
#include "inside.h"

const struct about_row about_rows[ABOUTS] = {
	[ABOUT_PERSON] = {"person", NULL, N_("The person we support")},
	[ABOUT_FAMILY] = {"family", N_("Masked: about her family"), N_("Her family")},
	[ABOUT_VICTIM] = {"victim", N_("Masked: about another person we help"), N_("Other people we help")},
	[ABOUT_EXPLOITER] = {"exploiter", N_("Masked: about those who exploited her"), N_("Those who exploited her")},
	[ABOUT_STAFF] = {"staff", N_("Masked: about a colleague or a professional"),
			 N_("Colleagues and professionals")},
	[ABOUT_OTHER] = {"other", N_("Masked: about somebody else"), N_("Other people close to her")},
	[ABOUT_MIXED] = {"mixed", N_("Masked: free words that may tell of others"), NULL},
};

str label_in(const struct label *l, const struct locale *loc)
{
	str tag = locale_tag(loc);

	if (str_eqz(tag, "ar"))
		return l->ar;
	return str_eqz(tag, "en") ? l->en : l->fr;
}

int code_index(const struct code_list *l, str code)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->codes[i].code, code))
			return (int)i;
	return -1;
}

str code_label(const struct code_list *l, str code, const struct locale *loc)
{
	int i = code_index(l, code);

	return i < 0 ? code : label_in(&l->codes[i].label, loc);
}

bool field_takes_code(const struct field *f, str code)
{
	if (f->unknown && str_eq(code, UNKNOWN))
		return true;
	if (f->type == FIELD_COUNTRY || f->type == FIELD_COUNTRIES)
		return country_known(code);
	if (f->type == FIELD_LANG || f->type == FIELD_LANGS)
		return language_known(code);
	return f->choices && code_index(f->choices, code) >= 0;
}

const struct code_list *list_find(const struct forms *f, str name)
{
	for (size_t i = 0; i < f->n_lists; i++)
		if (str_eq(f->lists[i].name, name))
			return &f->lists[i];
	return NULL;
}

const struct form *form_find(const struct forms *f, str code, int version)
{
	const struct form *found = NULL;
	size_t from = 0, to = f->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (str_cmp(f->forms[mid].code, code) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < f->n && str_eq(f->forms[from].code, code); from++)
		if (version == 0 || f->forms[from].version == version)
			found = &f->forms[from]; /* versions ascend */
	return found;
}

bool form_filled_by(const struct form *f, enum role r)
{
	return f && (f->write & (1u << r));
}

const struct field *form_field(const struct form *form, str name)
{
	EACH_SECTION (s, form) {
		EACH_FIELD (f, s) {
			if (str_eq(f->name, name))
				return f;
			EACH_FIELD (inner, f)
				if (str_eq(inner->name, name))
					return inner;
		}
	}
	return NULL;
}

void form_heads(const struct form *form, const struct json *answers,
		void (*each)(void *arg, const struct field *field, const struct json *answer), void *arg)
{
	EACH_SECTION (s, form) {
		EACH_FIELD (f, s)
			if (f->head.p)
				each(arg, f, json_get_s(answers, f->name));
	}
}
