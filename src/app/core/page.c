/* page.c — the frame every page stands in, and the page of an error. */
#include <string.h>

#include "rivage_assets.h"
#include "names.h"
#include "page_html.h"
#include "speak.h"
#include "view.h"
#include "web.h"

#define PAGE_MAX (4u << 20)

static const struct {
	const char *section, *label, *url;
	enum may may;
} bar[] = {
	{"home", N_("Today"), "/", MAY_SIGNED_IN},
	{"cases", N_("Files"), "/cases", MAY_CASE_LIST},
	{"triage", N_("Referrals"), "/triage", MAY_TRIAGE},
	{"departures", N_("Departures"), "/departures", MAY_CASE_LIST},
	{"trainings", N_("Trainings"), "/trainings", MAY_TRAINING_READ},
	{"programme", N_("Programme"), "/programme", MAY_PROGRAMME},
	{"alerts", N_("Alerts"), "/alerts", MAY_AUDIT}, /* coordinators: from their first page and their own account */
	{"desk", N_("Data protection"), "/desk", MAY_AUDIT}, /* others: from their first page */
	{"audit", N_("Audit"), "/audit", MAY_AUDIT},
	{"check", N_("Installation"), "/admin/check", MAY_INSTALLATION},
	{"erasures", N_("Erasures"), "/erasures", MAY_AUDIT},
	{"accounts", N_("Accounts"), "/accounts", MAY_ADMIN}, /* the same */
};
_Static_assert(sizeof bar / sizeof *bar <= NAV_MAX, "more entries than a page has room for");

static const struct {
	const char *code, *text;
} notices[] = {
	{"saved", N_("Saved.")},
	{"draft", N_("Your draft is saved. You can come back to it.")},
	{"moved", N_("The file has moved on.")},
	{"assigned", N_("The file has been assigned.")},
	{"withdrawn", N_("Recorded: the person no longer wishes to return. Nothing that was promised is lost.")},
	{"opened", N_("The file of the country of return is open.")},
	{"signed-out", N_("You are signed out.")},
	{"ended", N_("The session is ended.")},
	{"password", N_("Your password is changed. Your other sessions are ended.")},
	{"key", N_("The key is registered. Try it at your next sign-in, and keep the code on your phone as well.")},
	{"key-removed", N_("The key is removed: it opens nothing any more.")},
	{"keys-only", N_("From now on your account takes a security key each time, and no codes.")},
	{"codes-again", N_("Your account takes codes again, beside your keys.")},
	{"locked", N_("The account is locked, and its sessions are ended.")},
	{"unlocked", N_("The account is open again.")},
	{"revoked", N_("The account is withdrawn.")},
	{"away", N_("The travel mode is set.")},
	{"back", N_("The travel mode is lifted.")},
	{"stopped", N_("All sessions of this person are ended.")},
	{"waived", N_("The waiver is recorded.")},
	{"asked", N_("The request is recorded. Another person decides.")},
	{"erased", N_("The file is erased. Nothing of it can be read again.")},
	{"entries-erased", N_("The entries whose time was over are erased.")},
	{"seen", N_("Recorded: you have seen this alert.")},
	{"raised", N_("The limits are raised for 24 hours.")},
	{"decoy", N_("The decoy is there.")},
	{"glass", N_("The file is open to you for 24 hours. Whoever has it and the data-protection officer have been "
		     "told, with your reason.")},
	{"given", N_("Access has been given.")},
	{"taken", N_("Access has been taken back.")},
	{"decided", N_("Your decision is recorded.")},
};

const char *notice_text(str code)
{
	for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
		if (str_eqz(code, notices[i].code))
			return notices[i].text;
	return NULL;
}

static str asset_url(struct arena *a, const char *path)
{
	const struct embed_file *f = embed_find(&rivage_assets, str_of(path));

	if (!f)
		BUG("asset %s is not embedded", path);
	return arena_fmt(a, "/%s?%s", path, f->etag);
}

static void add_tag(struct identity_view *v, bool on, const char *class, const char *text)
{
	if (on)
		v->tags[v->n_tags++] = (struct tag_view){class, text};
}

/* The page asked for, with its query: which record, which version; not what was said once at its top. */
static str this_page(struct ctx *c)
{
	struct buf b;
	char before = '?';

	buf_init(&b, c->op.a, 4096);
	buf_str(&b, c->q->path);
	for (size_t i = 0; i < c->q->n_query; i++) {
		if (str_eqz(c->q->query[i].name, "done"))
			continue;
		buf_c(&b, before);
		buf_str(&b, http_urlencode(c->op.a, c->q->query[i].name));
		buf_c(&b, '=');
		buf_str(&b, http_urlencode(c->op.a, c->q->query[i].value));
		before = '&';
	}
	return b.over ? c->q->path : buf_done(&b);
}

/* Asked for only on a page that was asked for: where a form is under way, going away would lose what was typed. */
static void location(struct ctx *c, const struct page *p, struct identity_view *v)
{
	const struct kase *k = p->kase;
	bool open = false, shut = false;

	for (enum dossier d = DOSSIER_FR; d < DOSSIERS && c->q->method != HTTP_POST; d++) {
		uint32_t reaches = kase_reaches(&c->op, k, d) & COMP_BIT(COMP_LOCATION);

		open = open || (reaches & k->readable[d]);
		shut = shut || (reaches & ~k->readable[d]);
	}
	v->revealed = open && !shut;
	if (!shut || p->filling)
		return;
	v->reveal = arena_fmt(c->op.a, "/cases/%.*s/reveal", STR_ARG(id_text(c->op.a, k->head.id.v)));
	v->back = this_page(c);
}

static const struct identity_view *identity(struct ctx *c, const struct page *p)
{
	const struct kase *k = p->kase;
	struct identity_view *v = NEW(c->op.a, struct identity_view);
	const struct head *h = &k->head;
	struct tag_view risk = risk_tag(&c->op, h);
	char iso2[3];

	fact_country_text(h->fact[FACT_country], iso2);
	v->code = str_of(h->code);
	v->name = names_of(&c->op, h->id);
	v->country = iso2[0] ? country_name(c->op.a, c->op.l, str_of(iso2)) : (str){0};
	v->assignee = staff_name(c->op.house, c->op.vault, c->op.a, h->assignee);
	v->state = state_labels[kase_state(&c->op, h)];
	v->risk = risk.text;
	v->risk_class = risk.class;
	location(c, p, v);
	add_tag(v, head_minor(h, c->op.today), "tag info", N_("Minor, or age in doubt"));
	add_tag(v, h->flags & FLAG_EMERGENCY, "tag err", N_("Emergency"));
	add_tag(v, h->flags & FLAG_WITHDRAWN, "tag err", N_("No longer wishes to return"));
	add_tag(v, h->flags & FLAG_SUSPENDED, "tag warn", N_("Suspended"));
	add_tag(v, h->flags & FLAG_CONTACT_LOST, "tag warn", N_("Contact lost"));
	return v;
}

static void fill_nav(struct ctx *c, const struct page *p, struct page_view *v)
{
	for (size_t i = 0; i < sizeof bar / sizeof *bar; i++) {
		if (bar[i].may != MAY_SIGNED_IN && !op_may(&c->op, bar[i].may))
			continue;
		v->nav[v->n_nav++] = (struct nav_entry){
			.label = bar[i].label,
			.url = str_of(bar[i].url),
			.current = p->section && strcmp(p->section, bar[i].section) == 0,
		};
	}
}

static void fill_languages(struct ctx *c, struct page_view *v)
{
	for (size_t i = 0; i < locale_count(); i++) {
		const struct locale *l = locale_at(i);

		v->languages[v->n_languages++] = (struct nav_entry){
			.url = arena_fmt(c->op.a, "/language?to=%.*s&back=%.*s", STR_ARG(locale_tag(l)),
					 STR_ARG(http_urlencode(c->op.a, c->q->path))),
			.lang = locale_tag(l),
			.own_name = locale_own_name(l),
			.current = l == c->op.l,
		};
	}
}

static struct page_view *view_of(struct ctx *c, const struct page *p)
{
	struct page_view *v = NEW(c->op.a, struct page_view);

	*v = (struct page_view){
		.lang = locale_tag(c->op.l),
		.dir = locale_rtl(c->op.l) ? "rtl" : "ltr",
		.title = p->title,
		.icon = asset_url(c->op.a, "assets/icon.svg"),
		.css = asset_url(c->op.a, "assets/app.css"),
		.js = asset_url(c->op.a, "assets/app.js"),
		.key_js = p->keys ? asset_url(c->op.a, "assets/key.js") : (str){0},
		.signed_in = c->signed_in && !p->public_,
		.public_ = p->public_,
		.demo = c->op.house->demo,
		.today = fmt_day(c->op.a, c->op.l, c->op.today, DATE_LONG),
		.today_iso = day_iso(c->op.a, c->op.today),
		.notice = notice_text(ctx_query(c, "done")),
		.me = arena_str(c->op.a, str_of(c->op.actor.name)),
		.idle_seconds = (c->op.actor.idle_until - c->q->now) / 1000,
		.identity = p->kase ? identity(c, p) : NULL,
	};
	if (v->signed_in)
		fill_nav(c, p, v);
	if (!p->once)
		fill_languages(c, v);
	return v;
}

void page_begin(struct ctx *c, const struct page *p)
{
	c->page = view_of(c, p);
	c->r->status = p->status ? p->status : 200;
}

struct err *page_end(struct ctx *c)
{
	html_frag body = html_done(&c->h);
	struct html frame;

	html_init(&frame, c->op.a, c->op.l, PAGE_MAX);
	frame.csrf = c->h.csrf;
	if (body.s.p)
		page_frame(&frame, c->page, body);
	c->r->body = html_done(&frame).s;
	if (!body.s.p || !c->r->body.p)
		return FAIL(c->op.a, INTERNAL, NULL, "page over its size");
	return NULL;
}

static const char *heading(enum err_kind kind)
{
	switch (kind) {
	case ERR_NOT_FOUND:
		return N_("Not found");
	case ERR_DENIED:
		return N_("Not allowed");
	case ERR_INVALID:
		return N_("Not possible yet");
	case ERR_CONFLICT:
		return N_("Changed in the meantime");
	case ERR_TOO_BIG:
		return N_("Too large");
	case ERR_RATE:
		return N_("Too many attempts");
	case ERR_UNAVAILABLE:
		return N_("Not available for the moment");
	case ERR_INTERNAL:
	case ERR_SIGNED_OUT:
	case ERR_METHOD:
	case ERR_MALFORMED:
	case ERR_USAGE:
	case ERR_CONFIG:
	case ERR_KINDS:
		break;
	}
	return N_("Something went wrong");
}

/* When the service cannot answer, the page carries what was posted, to be sent again: nothing typed is lost, nothing is kept
 * here.  A form with a password in it goes back to its own page. */
static void keep_typed(struct ctx *c, struct error_view *v)
{
	static const char *const secrets[] = {"password", "fresh", "old", "passphrase", "recovery", "invite"};
	static const char *const apart[] = {"csrf", "again_password", "again_code"};
	struct http_pair *kept = NEWS(c->op.a, struct http_pair, c->q->n_form + 1);

	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (ctx_form(c, secrets[i]).p)
			return;
	for (size_t i = 0; i < c->q->n_form; i++) {
		bool carried = true;

		for (size_t j = 0; j < sizeof apart / sizeof *apart; j++)
			carried &= !str_eqz(c->q->form[i].name, apart[j]);
		if (carried)
			kept[v->n_kept++] = c->q->form[i];
	}
	v->kept = kept;
	v->action = c->q->path;
	if (c->q->raw_query.n)
		v->action = arena_join(c->op.a, (str[]){c->q->path, c->q->raw_query}, 2, STR("?"));
	if (!c->h.csrf.n) /* who it is was not found out: the token is judged when it is sent again */
		c->h.csrf = ctx_form(c, "csrf");
}

void page_error(struct ctx *c, const struct err *e)
{
	struct page p = {.title = heading(e->kind), .status = err_kinds[e->kind].http};
	struct error_view v = {.heading = heading(e->kind)};
	str csrf;

	if (!c->signed_in)
		p.public_ = true;
	/* Said by a handler, so the file was opened for this reader. */
	if (c->kase && c->kase->n_keys && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT)) {
		p.kase = c->kase;
		p.section = "cases";
		v.back = arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, c->kase->head.id.v)));
	}
	v.message = e->kind == ERR_RATE && c->signed_in ? over_budget(c) : (str){0};
	if (!v.message.n)
		v.message = sentence(c, e->message ? e->message : err_kinds[e->kind].message, e->arg);
	for (const struct err_field *f = e->fields; f; f = f->next)
		v.n_fields++;
	v.fields = NEWS(c->op.a, struct field_line, v.n_fields + 1);
	v.n_fields = 0;
	for (const struct err_field *f = e->fields; f; f = f->next)
		v.fields[v.n_fields++].text = sentence(c, f->message, f->arg);
	if (e->kind == ERR_UNAVAILABLE && c->q->method == HTTP_POST)
		keep_typed(c, &v);
	csrf = c->h.csrf;
	html_init(&c->h, c->op.a, c->op.l, PAGE_MAX);
	c->h.csrf = csrf;
	page_begin(c, &p);
	error_page(&c->h, &v);
	if (page_end(c))
		c->r->status = 500;
}
