/* retention_web.c — how long things are kept, which files and which entries are due on a day, and legal holds. */
#include "desk.h"
#include "desk_html.h"
#include "desk_view.h"
#include "entries.h"
#include "form_fill.h"
#include "register.h"
#include "speak.h"

#define FAR_YEARS 30 /* a day further than that is a typing error */

static str forms_kept(struct ctx *c, str code)
{
	const struct forms *all = c->op.house->forms;
	str *titles = NEWS(c->op.a, str, all->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->forms[i].retention, code) && &all->forms[i] == form_find(all, all->forms[i].code, 0))
			titles[n++] = label_in(&all->forms[i].title, c->op.l);
	return arena_join(c->op.a, titles, n, STR("; "));
}

static void fill_rules(struct ctx *c, struct retention_view *v)
{
	const struct retention *r = c->op.house->retention;

	v->rules = NEWS(c->op.a, struct retention_row, r->n + 1);
	for (; v->n_rules < r->n; v->n_rules++)
		v->rules[v->n_rules] = (struct retention_row){
			.label = retention_words(&r->rules[v->n_rules].label, c->op.l),
			.why = retention_words(&r->rules[v->n_rules].why, c->op.l),
			.months = r->rules[v->n_rules].months,
			.forms = forms_kept(c, r->rules[v->n_rules].code),
		};
}

static void read_day(struct ctx *c, struct retention_view *v)
{
	v->typed = str_sub(ctx_query(c, "on"), 0, 20);
	v->on = c->op.today;
	if (!v->typed.n) {
		v->typed = day_iso(c->op.a, v->on);
		return;
	}
	if (!day_parse(v->typed, &v->on)) {
		v->on = c->op.today;
		v->error = N_("This is not a date. Write it as in 2026-11-30.");
	} else if (v->on > day_add_months(c->op.today, 12 * FAR_YEARS)) {
		v->on = c->op.today;
		v->error = N_("This day is too far away: at most 30 years.");
	}
}

static struct err *fill_held(struct ctx *c, struct retention_view *v)
{
	struct held_file *held;
	struct kase *k;

	TRY(object_open(&c->op, OBJECT_DESK, PURPOSE_LIST, &k));
	TRY(files_held(&c->op, k, &held, &v->n_held));
	v->held = NEWS(c->op.a, struct held_row, v->n_held + 1);
	for (size_t i = 0; i < v->n_held; i++)
		v->held[i] = (struct held_row){.code = held[i].code,
					       .why = held[i].why,
					       .since = held[i].lifted == NO_DAY ? held[i].since : held[i].lifted,
					       .lifted = held[i].lifted != NO_DAY};
	return NULL;
}

static struct err *fill_entries(struct ctx *c, struct retention_view *v)
{
	struct entries *list;

	TRY(entries_over(&c->op, v->on, &list, &v->n_entries));
	v->entries = NEWS(c->op.a, struct entries_row, v->n_entries + 1);
	for (size_t i = 0; i < v->n_entries; i++) {
		v->entries[i] = (struct entries_row){.label = retention_words(&list[i].rule->label, c->op.l),
						     .over = list[i].over,
						     .kept = list[i].kept,
						     .next = list[i].next,
						     .has_next = list[i].next != NO_DAY,
						     .read = list[i].read};
		v->n_over += list[i].over;
	}
	v->may_erase = v->n_over && v->on == c->op.today;
	return NULL;
}

static struct err *retention_get(struct ctx *c)
{
	struct page p = {.title = N_("How long files are kept"), .section = "desk"};
	struct retention_view v = {.n_rules = 0};
	struct due_file *due;

	read_day(c, &v);
	fill_rules(c, &v);
	TRY(files_due(&c->op, v.on, &due, &v.n_due));
	v.due = NEWS(c->op.a, struct due_row, v.n_due + 1);
	for (size_t i = 0; i < v.n_due; i++) {
		bool free = !due[i].held && !due[i].asked;

		v.due[i] = (struct due_row){.code = due[i].code,
					    .due = due[i].due,
					    .held = due[i].held,
					    .asked = due[i].asked,
					    .may_ask = free && due[i].due <= c->op.today};
		v.n_free += free;
	}
	TRY(fill_entries(c, &v));
	TRY(fill_held(c, &v));
	TRY(vault_audit(c->op.vault, c->op.a, c->op.token, "retention.list", (case_id){0}, true, (int64_t)v.n_due));
	p.status = v.error ? 422 : 200;
	page_begin(c, &p);
	retention_page(&c->h, &v);
	return page_end(c);
}

static struct err *entries_post(struct ctx *c)
{
	size_t n;

	TRY(entries_erase(&c->op, &n));
	return ctx_see_other(c, n ? "/desk/retention?done=entries-erased" : "/desk/retention");
}

static struct err *hold_form(struct ctx *c, struct fill *f)
{
	struct kase *k;

	TRY(object_open(&c->op, OBJECT_DESK, PURPOSE_WRITE, &k));
	TRY(fill_start(c, "HOLD", k, f));
	f->page = (struct page){.title = N_("Legal hold"), .section = "desk"};
	f->back = STR("/desk/retention");
	f->action = STR("/desk/holds/new");
	return NULL;
}

static const struct fill_row hold_fill = {hold_form, hold_file, "saved"};

const struct route retention_routes[] = {
	{HTTP_GET, "/desk/retention", retention_get, .may = MAY_DESK},
	{HTTP_POST, "/desk/retention/entries", entries_post, .may = MAY_DESK, .again = true},
	{HTTP_GET, "/desk/holds/new", fill_get, .may = MAY_DESK, .fill = &hold_fill},
	{HTTP_POST, "/desk/holds/new", fill_post, .may = MAY_DESK, .fill = &hold_fill},
	ROUTES_END,
};
