/* alert.c — an alert in words, and who opened one's files yesterday.  No file is opened to say it: a file is named by its
 * code, a person helped not at all. */
#include "alert.h"

#include "heads.h"
#include "taken.h"

static const struct {
	enum alarm_kind kind;
	const char *words; /* msgid */
} kinds[] = {
	{ALARM_BUDGET, N_("{name} has reached a limit: {what}.")},
	{ALARM_GLASS, N_("{name} opened the file {code}, which was not given to her or him.")},
	{ALARM_DECOY, N_("{name} opened the decoy {code}.")},
	{ALARM_ROLLBACK, N_("The database holds an old or a changed state of the file {code}: it was refused.")},
	{ALARM_SIGN_IN, N_("{what} tries to sign in to the account of {name} have failed.")},
	{ALARM_RAISED, N_("The limits of {name} were raised for a day by {what}.")},
	{ALARM_SECKEY,
	 N_("A security key of {name} answered behind its own count: there may be a copy of it. It was refused.")},
	{ALARM_RECOVERED, N_("{name} came back with the printed recovery code. Ask her or him whether it was so.")},
	{ALARM_SECKEY_NEW, N_("{name} registered a security key. Ask her or him whether it was so.")},
	{ALARM_COORDINATOR, N_("A coordinator’s account was made from the shares of the recovery key: {name}. Its link "
			       "works after 72 hours. If "
			       "nobody here decided this, lock it now.")},
	{ALARM_EXPORT, N_("{name} took a copy of entries of the audit log: {what}.")},
};
_Static_assert(sizeof kinds / sizeof *kinds == ALARMS - 1, "words for each kind");

static const char *const spent[SPENDS] = {
	[SPEND_OPEN] = N_("openings of files"),
	[SPEND_SEARCH] = N_("searches"),
	[SPEND_PRINT] = N_("papers"),
	[SPEND_GLASS] = N_("files opened with a reason"),
};

static str name_of(struct ctx *c, user_id u)
{
	return id_is_zero(u.v) ? STR("") : staff_name(c->op.house, c->op.vault, c->op.a, u);
}

static str what_of(struct ctx *c, const struct alarm *l)
{
	if (l->kind == ALARM_BUDGET && l->count >= 0 && l->count < SPENDS)
		return str_of(tr(c->op.l, spent[l->count]));
	if (l->kind == ALARM_EXPORT)
		return taken_words(c, l->object.v, l->count);
	if (l->kind == ALARM_RAISED)
		return name_of(c, (user_id){l->object.v});
	return fmt_int(c->op.a, c->op.l, l->count);
}

static str code_of(struct ctx *c, case_id id)
{
	struct head h;

	return heads_get(c->op.house->heads, id, &h) ? arena_str(c->op.a, str_of(h.code)) : STR("?");
}

str alert_words(struct ctx *c, const struct alarm *l)
{
	struct tr_arg args[] = {{"name", name_of(c, l->who)}, {"what", what_of(c, l)}, {"code", code_of(c, l->object)}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].kind == l->kind)
			return tr_say(c->op.a, c->op.l, tr(c->op.l, kinds[i].words), args, 3);
	return STR("");
}

struct err *alerts_waiting(struct ctx *c, struct alert_line **out, size_t *n)
{
	struct alarm *list;

	TRY(vault_alerts(c->op.vault, c->op.a, c->op.token, true, 0, &list, n));
	*out = NEWS(c->op.a, struct alert_line, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct alert_line){alert_words(c, &list[i]), STR("/alerts")};
	return NULL;
}

static const struct {
	enum purpose purpose;
	const char *words;
} purposes[] = {
	{PURPOSE_READ, N_("to read or write")},
	{PURPOSE_WRITE, N_("to read or write")},
	{PURPOSE_PRINT, N_("to take a paper")},
	{PURPOSE_EXPORT, N_("to take a copy out")},
	{PURPOSE_REVEAL, N_("to see how to reach the person")},
};

static str why_of(struct ctx *c, uint32_t bits)
{
	str words[sizeof purposes / sizeof *purposes];
	size_t n = 0;

	for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
		str w = str_of(tr(c->op.l, purposes[i].words));

		if ((bits & (1u << purposes[i].purpose)) && !(n && str_eq(words[n - 1], w)))
			words[n++] = w;
	}
	return arena_join(c->op.a, words, n, str_of(tr(c->op.l, ", ")));
}

static const char *role_of(struct ctx *c, user_id u)
{
	struct staff *list;
	size_t n;

	if (staff_list(c->op.house, c->op.vault, c->op.a, &list, &n))
		return "";
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].id.v, u.v))
			return tr(c->op.l, roles[list[i].role].name);
	return "";
}

struct err *seen_yesterday(struct ctx *c, struct seen_line **out, size_t *n)
{
	struct seen *list;
	day real;

	*n = 0;
	if (!op_may(&c->op, MAY_CASE_READ))
		return NULL;
	real = c->op.today - c->op.ahead; /* the audit log keeps the time of the world, whatever clock the pages show */
	TRY(vault_seen(c->op.vault, c->op.a, c->op.token, op_midnight(real - 1), op_midnight(real), &list, n));
	*out = NEWS(c->op.a, struct seen_line, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct seen_line){
			.code = code_of(c, list[i].object),
			.who = name_of(c, list[i].who),
			.role = str_of(role_of(c, list[i].who)),
			.when = fmt_time(c->op.a, c->op.l, list[i].first),
			.why = why_of(c, list[i].purposes),
		};
	return NULL;
}
