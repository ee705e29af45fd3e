/* register_web.c — the register of processing as a page and as a table to download. */
#include "desk_html.h"
#include "desk_view.h"
#include "web.h"

static struct err *register_get(struct ctx *c)
{
	struct page p = {.title = N_("Register of processing"), .section = "desk"};
	struct register_view v = {.programme = str_of(tr(c->op.l, N_("Return and reintegration")))};

	register_make(c->op.a, c->op.house, c->op.l, &v.rows, &v.n);
	page_begin(c, &p);
	register_page(&c->h, &v);
	return page_end(c);
}

static struct err *register_csv_get(struct ctx *c)
{
	struct processing *rows;
	size_t n;

	register_make(c->op.a, c->op.house, c->op.l, &rows, &n);
	c->r->body = register_csv(c->op.a, c->op.l, rows, n);
	if (!c->r->body.p)
		return FAIL(c->op.a, INTERNAL, NULL, "register over its size");
	c->r->content_type = "text/csv; charset=utf-8";
	http_reply_header(c->r, "Content-Disposition", STR("attachment; filename=\"register.csv\""));
	return NULL;
}

const struct route register_routes[] = {
	{HTTP_GET, "/desk/register", register_get, .may = MAY_DESK},
	{HTTP_GET, "/desk/register.csv", register_csv_get, .may = MAY_DESK},
	ROUTES_END,
};
