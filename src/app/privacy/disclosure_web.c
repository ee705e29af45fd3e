/* disclosure_web.c — the register of what was passed on: of one file, on its page, and of the house, for the desk. */
#include "case_web.h"
#include "desk.h"
#include "desk_html.h"
#include "desk_view.h"
#include "form_fill.h"
#include "heads.h"
#include "speak.h"

static str labels_of(struct ctx *c, const char *list, const struct json *codes)
{
	str *words = NEWS(c->op.a, str, json_count(codes) + 1);
	size_t n = 0;

	JSON_EACH (v, codes)
		words[n++] = coded(c, list, json_str(v));
	return arena_join(c->op.a, words, n, str_of(tr(c->op.l, ", ")));
}

static str with_country(struct ctx *c, str name, str country)
{
	return country.n ? arena_fmt(c->op.a, "%.*s (%.*s)", STR_ARG(name),
				     STR_ARG(country_name(c->op.a, c->op.l, country)))
			 : name;
}

static struct disclosure_row row_of(struct ctx *c, const struct disclosure *d)
{
	struct disclosure_row r = {
		.code = d->code,
		.on = d->on,
		.by = staff_name(c->op.house, c->op.vault, c->op.a, d->r.author),
		.why = json_text(d->answers, "why"),
	};
	struct head h;

	if (d->copy) {
		r.to = str_of(tr(c->op.l, N_("The person: a copy of the file")));
		r.what = coded(c, "COPY_AS", json_text(d->answers, "as"));
		return r;
	}
	r.to = with_country(c, json_text(d->answers, "recipient"), json_text(d->answers, "recipient_country"));
	r.what = labels_of(c, "DATA_SCOPE", json_get(d->answers, "data"));
	r.how = coded(c, "DISC_HOW", json_text(d->answers, "how"));
	r.consent = coded(c, "CONSENT_KIND", json_text(d->answers, "consent_kind"));
	if (!day_parse(json_text(d->answers, "consent_on"), &r.consent_on))
		r.consent_on = NO_DAY;
	if (op_may(&c->op, MAY_CASE_READ) && desk_finds(&c->op, d->code, &h))
		r.consent_url = arena_fmt(c->op.a, "/cases/%.*s/records/%.*s?version=%lld",
					  STR_ARG(id_text(c->op.a, h.id.v)), STR_ARG(json_text(d->answers, "consent")),
					  (long long)json_int(json_get(d->answers, "consent_version"), 1));
	return r;
}

#define PAGE_ROWS 50

static str page_from(struct ctx *c, size_t from)
{
	return arena_fmt(c->op.a, "%.*s?from=%zu", STR_ARG(c->q->path), from);
}

static struct err *fill_rows(struct ctx *c, str code, struct disclosures_view *v)
{
	struct disclosure *list;
	struct kase *desk;
	int64_t asked = 0;
	size_t total, from;

	TRY(object_open(&c->op, OBJECT_DESK, PURPOSE_LIST, &desk));
	TRY(disclosures_read(&c->op, desk, code, &list, &total));
	from = str_to_i64(ctx_query(c, "from"), &asked) && asked > 0 && (size_t)asked < total ? (size_t)asked : 0;
	v->n = total - from < PAGE_ROWS ? total - from : PAGE_ROWS;
	v->rows = NEWS(c->op.a, struct disclosure_row, v->n + 1);
	for (size_t i = 0; i < v->n; i++)
		v->rows[i] = row_of(c, &list[from + i]);
	v->total = (int64_t)total;
	v->from = (int64_t)from + 1;
	if (from)
		v->newer = page_from(c, from > PAGE_ROWS ? from - PAGE_ROWS : 0);
	if (from + v->n < total)
		v->older = page_from(c, from + v->n);
	return NULL;
}

static struct err *register_get(struct ctx *c)
{
	struct page p = {.title = N_("What was passed on"), .section = "desk"};
	struct disclosures_view v = {.back = STR("/desk")};

	TRY(fill_rows(c, STR(""), &v));
	page_begin(c, &p);
	disclosures_page(&c->h, &v);
	return page_end(c);
}

static size_t n_recipients(const struct consent_known *list, size_t n)
{
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += json_count(list[i].recipients);
	return all;
}

/* Version and row together name one organisation: a consent corrected meanwhile has another version. */
static str allowed_url(struct ctx *c, const struct consent_known *k, size_t row)
{
	return arena_fmt(c->op.a, "%.*s/disclosures/%.*s/%d/%zu", STR_ARG(case_base(c, c->kase)),
			 STR_ARG(id_text(c->op.a, k->id.v)), k->version, row);
}

static str org_of(struct ctx *c, const struct json *recipient)
{
	return with_country(c, json_text(recipient, "org"), json_text(recipient, "org_country"));
}

static struct err *fill_allowed(struct ctx *c, struct disclosures_view *v)
{
	struct consent_known *list;
	size_t n, room;

	TRY(consents_known(&c->op, c->kase, &list, &n));
	room = n_recipients(list, n) + 1;
	v->allowed = NEWS(c->op.a, struct allowed_row, room);
	v->ended = NEWS(c->op.a, struct allowed_row, room);
	for (size_t i = 0; i < n; i++) {
		size_t row = 0;

		JSON_EACH (r, list[i].recipients) {
			struct allowed_row *to = list[i].stands ? &v->allowed[v->n_allowed++] : &v->ended[v->n_ended++];

			*to = (struct allowed_row){.to = org_of(c, r),
						   .what = labels_of(c, "DATA_SCOPE", list[i].scope),
						   .consent = coded(c, "CONSENT_KIND", list[i].kind),
						   .on = list[i].on,
						   .until = list[i].until,
						   .ends = list[i].until != NO_DAY,
						   .url = allowed_url(c, &list[i], row++)};
		}
	}
	return NULL;
}

static struct err *of_case_get(struct ctx *c)
{
	struct page p = {.title = N_("What was passed on"), .section = "cases", .kase = c->kase};
	struct disclosures_view v = {.back = case_base(c, c->kase), .of_case = true};

	TRY(fill_rows(c, str_of(c->kase->head.code), &v));
	TRY(fill_allowed(c, &v));
	page_begin(c, &p);
	disclosures_page(&c->h, &v);
	return page_end(c);
}

/* The form with only those of its choices that the person has said yes to. */
static const struct form *within_scope(struct ctx *c, const struct form *f, const struct json *scope)
{
	struct form *mine = NEW(c->op.a, struct form);
	struct code_list *few = NEW(c->op.a, struct code_list);

	*mine = *f;
	mine->sections = NEWS(c->op.a, struct section, f->n_sections);
	for (size_t s = 0; s < f->n_sections; s++) {
		mine->sections[s] = f->sections[s];
		mine->sections[s].fields = NEWS(c->op.a, struct field, f->sections[s].n_fields);
		for (size_t i = 0; i < f->sections[s].n_fields; i++) {
			struct field *field = &mine->sections[s].fields[i];

			*field = f->sections[s].fields[i];
			if (!str_eqz(field->name, "data"))
				continue;
			*few = *field->choices;
			few->codes = NEWS(c->op.a, struct code, field->choices->n);
			few->n = 0;
			for (size_t k = 0; k < field->choices->n; k++)
				if (json_has_str(scope, field->choices->codes[k].code))
					few->codes[few->n++] = field->choices->codes[k];
			field->choices = few;
		}
	}
	return mine;
}

#define NO_CONSENT                                                                                                     \
	N_("No consent in force allows this. Nothing may be passed on: ask the person first, and record her answer.")

struct grounds { /* what something is passed on upon, as the page named it */
	struct consent_known consent;
	const struct json *recipient;
	size_t row;
	const char *refused; /* a sentence: nothing can be recorded on it as it was shown */
};

static const struct json *row_at(const struct json *rows, int64_t row)
{
	const struct json *r = json_first(rows);

	for (int64_t k = 0; r && k < row; k++)
		r = r->next;
	return row >= 0 ? r : NULL;
}

/* The version that was on the page, whatever came after. */
static struct err *as_shown(struct ctx *c, struct grounds *g)
{
	int64_t version = 0, row = -1;
	struct json *answers;
	uint32_t readable;
	struct record r;
	struct id id;

	if (!id_parse(ctx_capture(c, "record"), &id) || !str_to_i64(ctx_capture(c, "version"), &version) ||
	    version < 1 || version > INT32_MAX || !str_to_i64(ctx_capture(c, "row"), &row))
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such consent");
	TRY(record_find(&c->op, c->kase, (record_id){id}, (int)version, &r));
	if (!str_eqz(r.form_code, "F03"))
		return FAIL(c->op.a, NOT_FOUND, NULL, "no consent");
	TRY(record_read(&c->op, c->kase, &r, &answers, &readable));
	if (!json_says(answers, "status", "GIVEN"))
		return FAIL(c->op.a, INVALID, NO_CONSENT, "not given");
	g->consent = (struct consent_known){.id = r.id,
					    .version = r.version,
					    .kind = json_text(answers, "kind"),
					    .until = NO_DAY,
					    .recipients = json_get(answers, "recipients"),
					    .scope = json_get(answers, "data_scope")};
	if (!day_parse(json_text(answers, "consent_on"), &g->consent.on))
		g->consent.on = NO_DAY;
	g->row = (size_t)row;
	g->recipient = row_at(g->consent.recipients, row);
	return g->recipient ? NULL : FAIL(c->op.a, NOT_FOUND, NULL, "no such recipient");
}

/* The same organisation, wherever it stands now. */
static void find_again(struct grounds *g, const struct consent_known *now)
{
	const struct json *was = g->recipient;
	size_t row = 0;

	g->refused = N_("The consent was corrected after this page was opened, and no longer names this organisation. "
			"If something was passed on to it all the same, record a breach.");
	JSON_EACH (r, now->recipients) {
		if (str_eq(json_text(r, "org"), json_text(was, "org")) &&
		    str_eq(json_text(r, "org_country"), json_text(was, "org_country"))) {
			*g = (struct grounds){.consent = *now, .recipient = r, .row = row};
			g->refused = N_("The consent was corrected after this page was opened. Look again at what the "
					"person allows, and save once more.");
			return;
		}
		row++;
	}
}

static struct err *find_grounds(struct ctx *c, struct grounds *g)
{
	struct consent_known *list;
	size_t n;

	*g = (struct grounds){.refused = NO_CONSENT};
	TRY(as_shown(c, g));
	TRY(consents_known(&c->op, c->kase, &list, &n));
	for (size_t i = 0; i < n; i++) {
		if (!id_eq(list[i].id.v, g->consent.id.v))
			continue;
		if (list[i].version != g->consent.version) {
			find_again(g, &list[i]);
			return NULL;
		}
		g->consent = list[i];
		g->recipient = row_at(list[i].recipients, (int64_t)g->row);
		g->refused = NULL;
	}
	return NULL;
}

static void put(struct ctx *c, struct json *o, const char *key, str value)
{
	json_set(c->op.a, o, str_of(key), json_new_str(c->op.a, value));
}

/* What the program answers itself. */
static const struct json *given_of(struct ctx *c, const struct grounds *g)
{
	struct json *given = json_object(c->op.a);

	put(c, given, "case_code", str_of(c->kase->head.code));
	put(c, given, "consent", id_text(c->op.a, g->consent.id.v));
	json_set(c->op.a, given, STR("consent_version"), json_new_int(c->op.a, g->consent.version));
	put(c, given, "consent_kind", g->consent.kind);
	put(c, given, "consent_on", day_iso(c->op.a, g->consent.on));
	put(c, given, "consent_until", g->consent.until == NO_DAY ? STR("") : day_iso(c->op.a, g->consent.until));
	put(c, given, "recipient", json_text(g->recipient, "org"));
	if (json_text(g->recipient, "org_country").n)
		put(c, given, "recipient_country", json_text(g->recipient, "org_country"));
	return given;
}

static struct err *disclosure_form(struct ctx *c, struct fill *f)
{
	struct disclosure_about about;
	struct grounds g;
	struct html head;
	struct kase *desk;

	TRY(find_grounds(c, &g));
	TRY(object_open(&c->op, OBJECT_DESK, PURPOSE_WRITE, &desk));
	TRY(fill_start(c, "DISC", desk, f));
	f->form = within_scope(c, f->form, g.consent.scope);
	f->page = (struct page){.title = N_("What was passed on"), .section = "cases", .kase = c->kase};
	f->back = arena_fmt(c->op.a, "%.*s/disclosures", STR_ARG(case_base(c, c->kase)));
	f->action = allowed_url(c, &g.consent, g.row);
	f->given = given_of(c, &g);
	if (g.refused)
		f->refused = FAIL(c->op.a, INVALID, g.refused, "the consent changed");
	about = (struct disclosure_about){
		.to = org_of(c, g.recipient),
		.consent = coded(c, "CONSENT_KIND", g.consent.kind),
		.on = g.consent.on,
		.until = g.consent.until,
		.ends = g.consent.until != NO_DAY,
	};
	html_init(&head, c->op.a, c->op.l, 1 << 16);
	disclosure_about(&head, &about);
	f->about = html_done(&head);
	return NULL;
}

static const struct fill_row disclosure_fill = {disclosure_form, disclosure_file, "saved"};

const struct route disclosure_routes[] = {
	{HTTP_GET, "/desk/disclosures", register_get, .may = MAY_DESK},
	{HTTP_GET, "/cases/:case/disclosures", of_case_get, .may = MAY_RIGHTS, .load = LOAD_OPEN},
	{HTTP_GET, "/cases/:case/disclosures/:record/:version/:row", fill_get, .may = MAY_RIGHTS, .load = LOAD_OPEN,
	 .fill = &disclosure_fill},
	{HTTP_POST, "/cases/:case/disclosures/:record/:version/:row", fill_post, .may = MAY_RIGHTS, .load = LOAD_OPEN,
	 .fill = &disclosure_fill},
	ROUTES_END,
};
