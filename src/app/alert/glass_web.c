/* glass_web.c — a file that was not given to the actor, opened with a reason; and a colleague's limits raised for a day.
 * Whether a code is of a file elsewhere, or of none, is answered alike: the vault is asked in both cases. */
#include "access.h"
#include "alert.h"
#include "alert_html.h"
#include "alert_view.h"
#include "heads.h"

static const char *const too_short = N_(
	"Write why, in at least 20 letters and at most 450: it will be read by those who answer for the file.");

static struct err *show_glass(struct ctx *c, const struct glass_view *v, int status)
{
	struct page p = {.title = N_("Open a file with a reason"), .section = "cases", .status = status};

	page_begin(c, &p);
	glass_page(&c->h, v);
	return page_end(c);
}

struct err *glass_get(struct ctx *c)
{
	return show_glass(c, &(struct glass_view){.code = STR("")}, 200);
}

struct err *glass_post(struct ctx *c)
{
	struct glass_view v = {.code = str_trim(ctx_form(c, "code")), .reason = str_trim(ctx_form(c, "reason"))};
	case_id id = {id_random()};
	struct err *e;
	struct head h;

	if (!v.code.n)
		v.code_error = str_of(tr(c->op.l, N_("Write the code of the file.")));
	if (!access_reason_ok(v.reason))
		v.reason_error = str_of(tr(c->op.l, too_short));
	if (v.code_error.n || v.reason_error.n)
		return show_glass(c, &v, 422);
	if (heads_by_code(c->op.house->heads, v.code, &h))
		id = h.id;
	e = vault_glass(c->op.vault, c->op.a, c->op.token, id, v.reason);
	if (e && e->kind == ERR_NOT_FOUND) {
		v.code_error = str_of(
			tr(c->op.l, N_("No file with this code can be opened to you in this way. Look at the "
				       "code again, or ask the coordinator.")));
		return show_glass(c, &v, 422);
	}
	if (e)
		return e;
	return ctx_see_other(c, "/cases/%.*s?done=glass", STR_ARG(id_text(c->op.a, id.v)));
}

static struct err *show_limits(struct ctx *c, struct limits_view *v, str chosen, int status)
{
	struct page p = {.title = N_("Raise somebody's limits"), .section = "alerts", .status = status};
	struct staff *list;
	size_t n;

	TRY(staff_by_name(c->op.house, c->op.vault, c->op.a, c->op.l, &list, &n));
	v->list = NEWS(c->op.a, struct limit_person, n + 1);
	for (size_t i = 0; i < n; i++) {
		str id = id_text(c->op.a, list[i].id.v);

		if (list[i].active && role_may(list[i].role, MAY_CASE_LIST) && !id_eq(list[i].id.v, c->op.actor.id.v))
			v->list[v->n++] = (struct limit_person){id, arena_str(c->op.a, str_of(list[i].name)),
								str_eq(id, chosen)};
	}
	page_begin(c, &p);
	limits_page(&c->h, v);
	return page_end(c);
}

struct err *limits_get(struct ctx *c)
{
	return show_limits(c, &(struct limits_view){.n = 0}, STR(""), 200);
}

struct err *limits_post(struct ctx *c)
{
	struct limits_view v = {.reason = str_trim(ctx_form(c, "reason"))};
	struct id who;

	if (!id_parse(ctx_form(c, "who"), &who))
		v.person_error = str_of(tr(c->op.l, N_("Choose a person.")));
	if (!access_reason_ok(v.reason))
		v.reason_error = str_of(tr(c->op.l, too_short));
	if (v.person_error.n || v.reason_error.n)
		return show_limits(c, &v, ctx_form(c, "who"), 422);
	TRY(vault_raise(c->op.vault, c->op.a, c->op.token, (user_id){who}, v.reason));
	return ctx_see_other(c, "/alerts?done=raised");
}
