/* check_web.c — /admin/check: what is weak in this installation, for those who can mend it or must know. */
#include "check_html.h"
#include "check_view.h"
#include "web.h"

/* Looked at now, unlike the rest: a service runs for months. */
static struct err *backup_age(struct ctx *c, struct check_view *v)
{
	struct vault_status s;

	TRY(vault_status(c->op.vault, c->op.a, &s));
	v->recovery = s.recovery;
	v->unsealed = (int64_t)s.escrow_missing;
	v->elsewhere = !db_is_sqlite(c->op.house->pool);
	v->weak &= ~CHECK_BIT(CHECK_BACKUP);
	if (!v->elsewhere && s.now - s.backup_at > CHECK_BACKUP_MS)
		v->weak |= CHECK_BIT(CHECK_BACKUP);
	if (s.backup_at)
		v->backup = fmt_time(c->op.a, c->op.l, s.backup_at);
	return NULL;
}

static struct err *check_get(struct ctx *c)
{
	struct page p = {.title = N_("This installation"), .section = "check"};
	struct check_view v = {
		.rows = check_rows, .weak = c->op.house->weak, .refused = (int64_t)c->op.house->refused_heads};
	struct staff *list;
	size_t n;

	TRY(backup_age(c, &v));
	TRY(staff_list(c->op.house, c->op.vault, c->op.a, &list, &n));
	for (size_t i = 0; i < n; i++)
		v.n_restored += list[i].restored;
	v.n_weak = __builtin_popcountll(v.weak & (CHECK_BIT(CHECKS) - 1));
	page_begin(c, &p);
	check_page(&c->h, &v);
	return page_end(c);
}

const struct route check_routes[] = {
	{HTTP_GET, "/admin/check", check_get, .may = MAY_INSTALLATION},
	ROUTES_END,
};
