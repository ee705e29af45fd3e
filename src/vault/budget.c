/* budget.c — how much one person may open, search and print, counted where the keys are (security.md M4, M7).
 *
 * An opening counts when this person has not opened this file within the hour: to work on one file all morning costs
 * one, to leaf through forty costs forty.  Only files of people count, not the objects of offices and programmes.
 * To write into a file that this person has opened within the day costs nothing more: its keys were given out already,
 * and a limit reached while a form was being filled would take what was typed.
 * What counts is on disk before a key leaves.  Who has used up a budget is refused until the oldest use is as old as
 * the window; the first refusal of an hour is an alert. */
#include "core.h"

#include "log.h"

#define MINUTE ((msec)60 * 1000)
#define HOUR (60 * MINUTE)
#define RAISE_MS (24 * HOUR)
#define RAISED 2

/* Where a figure comes from stands beside it.  To change one, change it here and in docs/operator.md. */
static const struct budget_row {
	enum spend what;
	msec window;
	uint32_t most;
} budgets[BUDGETS] = {
	[BUDGET_OPEN_HOUR] = {SPEND_OPEN, HOUR, 40},       /* security.md M7 */
	[BUDGET_OPEN_DAY] = {SPEND_OPEN, 24 * HOUR, 150},  /* security.md M7 */
	[BUDGET_SEARCH] = {SPEND_SEARCH, 10 * MINUTE, 20}, /* security.md M7 */
	/* The three papers of a departure for six people, and two more: nobody hands out more in a day. */
	[BUDGET_PRINT] = {SPEND_PRINT, 24 * HOUR, 20},
	/* A colleague's emergency, not a way of working; tries count, so that codes of files cannot be guessed. */
	[BUDGET_GLASS] = {SPEND_GLASS, 24 * HOUR, 6},
};

struct err *budgets_start(struct vaultd *v)
{
	const uint32_t *other = v->conf->budgets;

	if (other && !v->demonstration && !v->conf->budgets_if_demo)
		return FAIL(v->life, CONFIG, NULL, "other budgets are for demonstrations only");
	if (other && !v->demonstration)
		other = NULL;
	for (int i = 0; i < BUDGETS; i++)
		v->limits[i] = other ? other[i] : budgets[i].most;
	if (other && !v->conf->budgets_if_demo)
		log_warn("this demonstration counts by other budgets than people have: %u openings an hour, %u a day, "
			 "%u searches, %u papers, %u times the glass (0: as many as one likes)",
			 (unsigned)other[0], (unsigned)other[1], (unsigned)other[2], (unsigned)other[3],
			 (unsigned)other[4]);
	return NULL;
}

static bool counted(const struct st_spent *s, const struct budget_row *b, msec now)
{
	return s->what == b->what && within(now, s->at, b->window);
}

static struct budget_state state_of(struct vaultd *v, struct ask *k, enum budget which)
{
	const struct budget_row *b = &budgets[which];
	const struct st_person *p = access_person(&v->store.access, k->user->id);
	struct budget_state s = {.what = b->what, .window = b->window, .most = v->limits[which]};
	uint32_t over;

	if (s.most && has_pass(v, k, (struct id){0}, PASS_BUDGET))
		s.most *= RAISED;
	for (size_t i = 0; p && i < p->n_spent; i++)
		s.used += counted(&p->spent[i], b, k->now);
	if (!s.most || s.used < s.most)
		return s;
	over = s.used - s.most; /* after a raise has ended several must grow old */
	for (size_t i = 0; p && i < p->n_spent; i++)
		if (counted(&p->spent[i], b, k->now) && over-- == 0) {
			s.free_at = p->spent[i].at + b->window;
			break;
		}
	return s;
}

/* The same file within the hour; to write into it, within the day. */
static bool free_of_charge(const struct vaultd *v, const struct ask *k, enum spend what, struct id object)
{
	const struct st_person *p = access_person(&v->store.access, k->user->id);
	msec since = k->note.purpose == PURPOSE_WRITE ? 24 * HOUR : HOUR;

	for (size_t i = 0; what == SPEND_OPEN && p && i < p->n_spent; i++)
		if (p->spent[i].what == SPEND_OPEN && id_eq(p->spent[i].object, object) &&
		    within(k->now, p->spent[i].at, since))
			return true;
	return false;
}

struct err *budget_check(struct vaultd *v, struct ask *k, enum spend what, struct id object)
{
	if (free_of_charge(v, k, what, object))
		return NULL;
	for (enum budget i = 0; i < BUDGETS; i++) {
		struct budget_state s;

		if (budgets[i].what != what || !v->limits[i])
			continue;
		s = state_of(v, k, i);
		if (s.used < s.most)
			continue;
		alert_raise(v, k->now, ALARM_BUDGET, k->user->id, (struct id){0}, what, STR(""));
		k->action = "budget.reached";
		k->note.count = (int64_t)s.most;
		return FAIL(k->a, RATE, NULL, "budget %d of %u is used up", (int)i, (unsigned)s.most);
	}
	return NULL;
}

void budget_spend(struct vaultd *v, struct ask *k, enum spend what, struct id object)
{
	struct st_spent s = {.user = k->user->id, .what = (uint8_t)what, .object = object, .at = k->now};
	bool limited = false;

	for (int i = 0; i < BUDGETS; i++)
		limited = limited || (budgets[i].what == what && v->limits[i]);
	if (limited && !free_of_charge(v, k, what, object))
		store_put(&v->store, ROW_SPENT, &s, 0);
}

/* Papers and exports count each time: each leaves the house. */
static bool leaves(const struct ask *k)
{
	return k->note.purpose == PURPOSE_PRINT || k->note.purpose == PURPOSE_EXPORT;
}

struct err *opening_check(struct vaultd *v, struct ask *k)
{
	if (!(k->note.compartments & CASE_BITS))
		return NULL;
	TRY(budget_check(v, k, SPEND_OPEN, k->note.object));
	return leaves(k) ? budget_check(v, k, SPEND_PRINT, k->note.object) : NULL;
}

void opening_spend(struct vaultd *v, struct ask *k)
{
	if (!(k->note.compartments & CASE_BITS))
		return;
	budget_spend(v, k, SPEND_OPEN, k->note.object);
	if (leaves(k))
		budget_spend(v, k, SPEND_PRINT, k->note.object);
}

struct err *on_budgets(struct vaultd *v, struct ask *k)
{
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	for (enum budget i = 0; i < BUDGETS; i++) {
		struct budget_state s = state_of(v, k, i);

		code_budget(&k->out, &s);
	}
	return NULL;
}

struct err *on_search(struct vaultd *v, struct ask *k)
{
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	TRY(budget_check(v, k, SPEND_SEARCH, (struct id){0}));
	TRY(core_note(v, k, "search.begin", true));
	budget_spend(v, k, SPEND_SEARCH, (struct id){0});
	return NULL;
}

struct err *on_raise(struct vaultd *v, struct ask *k)
{
	const struct st_user *u;
	str reason = STR("");
	user_id who;

	code_id(&k->in, &who.v);
	code_str(&k->in, &reason, ACCESS_REASON_MAX);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "raise cannot be read");
	if (!access_reason_ok(reason))
		return FAIL(k->a, INVALID, NULL, "a raise needs a reason");
	u = map_get(&v->store.users, who.v);
	if (!u || !account_open(u))
		return FAIL(k->a, NOT_FOUND, NULL, "no such account");
	if (id_eq(who.v, k->user->id.v))
		return FAIL(k->a, DENIED, NULL, "nobody raises her own budget");
	k->note.object = who.v;
	TRY(core_note(v, k, "budget.raise", true));
	pass_give(v, k, u, PASS_BUDGET, (case_id){0}, k->now + RAISE_MS);
	alert_raise(v, k->now, ALARM_RAISED, who, k->user->id.v, 0, reason);
	return NULL;
}
