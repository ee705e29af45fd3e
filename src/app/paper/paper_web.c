/* paper_web.c — the papers of a case: the page that offers them, and each as PDF.  Opening a case to print is its own
 * purpose in the audit log.  What must not happen here: a name or a code in a title, an address or a file name. */
#include <string.h>

#include "case_web.h"
#include "paper.h"
#include "paper_html.h"
#include "paper_view.h"
#include "rivage_data.h"

#define BIT(d, c) ((struct need){d, COMP_BIT(COMP_##c)})

struct need { /* compartments without which a paper would be wrong */
	enum dossier dossier;
	uint32_t compartments;
};
struct kind {
	const char *name, *title, *what;
	struct need need;
	const char *form;                            /* whose answers it prints; NULL: none */
	const char *(*refused)(const struct ctx *c); /* msgid: why this case cannot have it; or NULL */
	struct err *(*make)(struct ctx *c, struct paper *p, str *pdf);
};

/* The card of numbers protects whoever carries it; the others are signed. */
static const char *restricted(const struct ctx *c)
{
	return kase_takes(&c->kase->head, NULL)
		       ? NULL
		       : N_("The use of this file is restricted (GDPR, Art. 18): nothing is signed meanwhile.");
}

/* An adult's declaration is no paper for a child, nor for someone who has changed her mind. */
static const char *declaration_refused(const struct ctx *c)
{
	if (head_minor(&c->kase->head, c->op.today))
		return N_(
			"This person is a minor, or the age is in doubt: a declaration for adults must not be signed.");
	if (c->kase->head.flags & FLAG_WITHDRAWN)
		return N_("The person no longer wishes to return: there is nothing to sign.");
	return restricted(c);
}

static const char *cor_refused(const struct ctx *c)
{
	return c->kase->head.flags & FLAG_COR_OPEN
		       ? NULL
		       : N_("The file of the country of return is not open yet (consent C3).");
}

static const char *plan_refused(const struct ctx *c)
{
	return (c->kase->head.flags & FLAG_COR_OPEN) ? restricted(c) : cor_refused(c);
}

static struct err *collect_consents(struct ctx *c, struct declaration *d)
{
	struct record *list;
	size_t n;

	TRY(record_list(&c->op, c->kase, &list, &n));
	d->consents = NEWS(c->op.a, const struct json *, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct json *answers;
		uint32_t readable;

		if (!str_eqz(list[i].form_code, "F03"))
			continue;
		TRY(record_read(&c->op, c->kase, &list[i], &answers, &readable));
		d->consents[d->n_consents++] = answers;
	}
	return NULL;
}

static struct err *make_declaration(struct ctx *c, struct paper *p, str *pdf)
{
	const struct programme *programme = c->op.house->programme;
	struct declaration d = {.reflection_hours = programme->reflection_hours};
	char country[3];

	for (size_t i = 0; i < programme->n_points; i++)
		if (programme->points[i].months > d.months)
			d.months = programme->points[i].months;
	fact_country_text(c->kase->head.fact[FACT_country], country);
	d.country = str_of(country);
	TRY(collect_consents(c, &d));
	return paper_declaration(p, &d, pdf);
}

static struct err *newest(struct ctx *c, const char *form, struct record *r, struct json **answers)
{
	uint32_t readable;
	bool found;

	TRY(record_last(&c->op, c->kase, form, r, &found));
	if (!found)
		return FAIL(c->op.a, INVALID, "The form that this paper prints is not filled in yet.",
			    "paper without its form");
	return record_read(&c->op, c->kase, r, answers, &readable);
}

static struct err *make_plan(struct ctx *c, struct paper *p, str *pdf)
{
	struct json *answers;
	struct record r;

	TRY(newest(c, "F10", &r, &answers));
	return paper_plan(p, answers, r.on, r.version, pdf);
}

static str office_phone(const struct office *o)
{
	return o ? o->phone : (str){0};
}

static struct err *make_card(struct ctx *c, struct paper *p, str *pdf)
{
	const struct programme *programme = c->op.house->programme;
	str phones[CARD_PHONES_MAX];
	struct json *answers;
	struct record r;

	TRY(newest(c, "F09C", &r, &answers));
	phones[0] = json_text(answers, "receiver_phone");
	phones[1] = json_text(answers, "receiver_phone2");
	phones[2] = office_phone(programme_office(programme, str_of(c->kase->head.cor_office)));
	phones[3] = office_phone(programme_office(programme, str_of(c->kase->head.office)));
	return paper_card(p, phones, pdf);
}

static const struct kind kinds[] = {
	{"declaration", N_("Voluntary return declaration"),
	 N_("To be read aloud, explained and signed before any booking (consent C4). It says that the decision is free "
	    "and can be withdrawn until boarding."),
	 BIT(DOSSIER_FR, PLAN), NULL, declaration_refused, make_declaration},
	{"plan",
	 N_("Reintegration plan"),
	 N_("The newest plan, with its goals, its steps, its budget and its total, for the person to sign."),
	 {DOSSIER_COR, COMP_BIT(COMP_PLAN) | COMP_BIT(COMP_FINANCE)},
	 "F10",
	 plan_refused,
	 make_plan},
	{"card", N_("Card of useful numbers"),
	 N_("Two small cards to cut out, given before departure. They carry telephone numbers and nothing that tells "
	    "who holds them or why."),
	 BIT(DOSSIER_COR, TRAVEL), "F09C", cor_refused, make_card},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static const struct kind *kind_find(str name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (str_eqz(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

static bool can_read(const struct ctx *c, const struct kind *k)
{
	return (c->kase->readable[k->need.dossier] & k->need.compartments) == k->need.compartments;
}

/* The language of the last interview, else the first one the referral names. */
static struct err *spoken_language(struct ctx *c, str *out)
{
	static const struct {
		const char *form, *field;
	} places[] = {{"F04", "language"}, {"F02", "language"}, {"F01", "languages"}};
	struct json *answers, *v;
	struct record r;
	uint32_t readable;
	bool found;

	*out = STR("fr");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		TRY(record_last(&c->op, c->kase, places[i].form, &r, &found));
		if (!found)
			continue;
		TRY(record_read(&c->op, c->kase, &r, &answers, &readable));
		v = json_get(answers, places[i].field);
		v = json_first(v) ? json_first(v) : v;
		if (!language_known(json_str(v)))
			continue;
		*out = json_str(v);
		return NULL;
	}
	return NULL;
}

static void fill_languages(struct ctx *c, struct paper_page_view *v, str spoken)
{
	size_t n;
	const struct named *all = languages(c->op.l, &n);

	v->ours = NEWS(c->op.a, struct language_option, locale_count());
	v->others = NEWS(c->op.a, struct language_option, n);
	for (size_t i = 0; i < locale_count(); i++) {
		str tag = locale_tag(locale_at(i));

		v->ours[v->n_ours++] = (struct language_option){tag, language_name(c->op.a, c->op.l, tag),
								str_eq(tag, spoken)};
	}
	for (size_t i = 0; i < n; i++)
		if (!str_eq(locale_tag(locale_get(all[i].code)), all[i].code))
			v->others[v->n_others++] = (struct language_option){all[i].code, all[i].name,
									    str_eq(all[i].code, spoken)};
}

static struct paper_line line_of(struct ctx *c, const struct paper_page_view *v, const struct kind *k)
{
	struct paper_line line = {.title = k->title, .what = k->what};
	const struct form *f = k->form ? form_find(c->op.house->forms, str_of(k->form), 0) : NULL;

	line.missing = k->refused(c);
	if (line.missing)
		return line;
	if (f && !c->kase->head.form[form_no_find(f->code)].present) {
		line.missing = N_("This form comes first:");
		line.form_title = label_in(&f->title, c->op.l);
		if (form_filled_by(f, c->op.actor.role))
			line.form_url = arena_fmt(c->op.a, "%.*s/forms/%s", STR_ARG(v->base), k->form);
		return line;
	}
	line.url = arena_fmt(c->op.a, "%.*s/papers/%s", STR_ARG(v->base), k->name);
	return line;
}

static struct err *papers_get(struct ctx *c)
{
	struct page p = {.title = N_("Papers to print"), .section = "cases", .kase = c->kase};
	struct paper_page_view v = {.base = case_base(c, c->kase)};
	str spoken = ctx_query(c, "lang");

	if (!spoken.n)
		TRY(spoken_language(c, &spoken));
	fill_languages(c, &v, spoken);
	for (size_t i = 0; i < KINDS; i++)
		if (can_read(c, &kinds[i]) || kinds[i].refused(c))
			v.papers[v.n_papers++] = line_of(c, &v, &kinds[i]);
	page_begin(c, &p);
	papers_page(&c->h, &v);
	return page_end(c);
}

static struct err *check_kind(struct ctx *c, const struct kind *k)
{
	const char *why;

	if (!k)
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such paper");
	why = k->refused(c);
	if (why)
		return FAIL(c->op.a, INVALID, why, "paper refused");
	return NULL;
}

static struct err *load_texts(struct ctx *c, struct json **out)
{
	const struct embed_file *f = embed_find(&rivage_data, STR("data/papers.json"));

	if (!f)
		return FAIL(c->op.a, CONFIG, NULL, "data/papers.json is not embedded");
	return json_parse(c->op.a, f->data, out);
}

static struct err *paper_get(struct ctx *c)
{
	const struct kind *k = kind_find(ctx_capture(c, "paper"));
	struct paper p = {.a = c->op.a, .forms = c->op.house->forms, .reference = str_of(c->kase->head.code)};
	struct json *texts;

	TRY(check_kind(c, k));
	TRY(paper_language(&p, ctx_query(c, "lang")));
	TRY(kase_open(&c->op, c->kase, PURPOSE_PRINT));
	if (!can_read(c, k))
		return FAIL(c->op.a, DENIED, "Your role does not open everything that this paper says.",
			    "compartments missing");
	TRY(load_texts(c, &texts));
	p.texts = texts;
	TRY(k->make(c, &p, &c->r->body));
	c->r->content_type = "application/pdf";
	http_reply_header(c->r, "Content-Disposition", STR("inline; filename=\"paper.pdf\""));
	return NULL;
}

const struct route paper_routes[] = {
	{HTTP_GET, "/cases/:case/papers", papers_get, .may = MAY_CASE_READ, .load = LOAD_OPEN},
	{HTTP_GET, "/cases/:case/papers/:paper", paper_get, .may = MAY_CASE_READ, .load = LOAD_CASE},
	ROUTES_END,
};
