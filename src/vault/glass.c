/* glass.c — access to a file beside its case managers: by name (the medical focal point, a second case manager), and by
 * breaking the glass: a reason, 24 hours, and a notice to whoever has the file and to the data-protection officer.
 *
 * Every pass is signed and ends by the vault's own clock.  A pass opens what the role reads anyway, in an office that
 * holds the file: never the French file to an office abroad, never content to a role that reads none.
 * Whether a file exists is not told: absent, elsewhere and unreadable are one refusal. */
#include "core.h"

#include <string.h>

#define GLASS_MS ((msec)24 * 3600 * 1000)

static str pass_text(struct arena *a, const struct vaultd *v, const struct st_pass *p, const struct st_user *u)
{
	struct codec c = codec_writer(arena_alloc(a, 160), 160);
	struct st_pass copy = *p;
	struct id tenant = v->keys->tenant;

	code_bytes(&c, (void *)(uintptr_t) "rvg-pass01", 10);
	code_id(&c, &tenant);
	CODE_ENUM(&c, copy.kind, PASS_KINDS);
	code_id(&c, &copy.by.v);
	code_i64(&c, &copy.at);
	code_i64(&c, &copy.until);
	code_id(&c, &copy.user.v);
	code_bytes(&c, (void *)(uintptr_t)u->box_pk, sizeof u->box_pk);
	code_id(&c, &copy.object.v);
	if (c.bad)
		BUG("pass does not fit");
	return codec_written(&c);
}

void pass_give(struct vaultd *v, struct ask *k, const struct st_user *to, enum pass_kind kind, case_id object,
	       msec until)
{
	struct st_pass p = {
		.object = object, .user = to->id, .by = k->user->id, .kind = kind, .at = k->now, .until = until};

	crypt_sign(&v->delegate, pass_text(k->a, v, &p, to), p.sig);
	store_put(&v->store, ROW_PASS, &p, 0);
}

static bool running(const struct st_pass *p, msec now)
{
	return p->until == 0 || now < p->until;
}

/* Signed for a public key that is another by now.  Access by name comes with her, to the same day; a glass that was broken
 * and a limit that was raised do not, and none of the old ones counts, neither now nor after a restart. */
void passes_renew(struct vaultd *v, struct ask *k, const struct st_user *to)
{
	const struct st_person *who = access_person(&v->store.access, to->id);
	struct st_pass *old;
	size_t n = 0;

	for (const struct st_pass *p = who ? who->passes : NULL; p; p = p->next)
		n++;
	old = NEWS(k->a, struct st_pass, n + 1);
	n = 0;
	for (const struct st_pass *p = who ? who->passes : NULL; p; p = p->next)
		old[n++] = *p;
	for (size_t i = 0; i < n; i++)
		store_put(&v->store, ROW_UNPASS, &old[i], 0);
	for (size_t i = 0; i < n; i++)
		if (old[i].kind == PASS_NAMED && running(&old[i], k->now) && role_may(k->user->role, MAY_ASSIGN))
			pass_give(v, k, to, PASS_NAMED, old[i].object, old[i].until);
}

bool has_pass(struct vaultd *v, struct ask *k, struct id object, enum pass_kind kind)
{
	struct st_person *who = access_person(&v->store.access, k->user->id);

	for (struct st_pass *p = who ? who->passes : NULL; p; p = p->next) {
		if (!id_eq(p->object.v, object) || (kind != PASS_NONE && p->kind != kind) || !running(p, k->now))
			continue;
		if (!p->verified)
			p->verified = crypt_verify(v->delegate.pk, pass_text(k->a, v, p, k->user), p->sig);
		if (p->verified)
			return true;
	}
	return false;
}

bool by_name_ok(const struct st_user *u, const struct st_object *o)
{
	const struct role_row *r = &roles[u->role];

	return account_open(u) && role_may(u->role, MAY_CASE_READ) && !r->every_case && of_office(o, u->office);
}

/* A day of the machine's clock, to its last millisecond. */
static msec end_of(day until)
{
	return until == NO_DAY ? 0 : ((msec)until + 1) * DAY_MS;
}

struct err *on_name(struct vaultd *v, struct ask *k)
{
	const struct st_user *u;
	struct st_object *o;
	case_id object;
	user_id who;
	day until = NO_DAY;

	code_id(&k->in, &object.v);
	code_id(&k->in, &who.v);
	code_i32(&k->in, &until);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "access by name cannot be read");
	TRY(reached(v, k, object, &o));
	u = map_get(&v->store.users, who.v);
	if (!u)
		return FAIL(k->a, NOT_FOUND, NULL, "no such account");
	if (!by_name_ok(u, o))
		return FAIL(k->a, DENIED, NULL, "a file is not given to this role, or to this office");
	TRY(core_note(v, k, "case.name", true));
	pass_give(v, k, u, PASS_NAMED, object, end_of(until));
	return NULL;
}

static void show(struct pass *out, const struct st_pass *p)
{
	*out = (struct pass){.object = p->object, .user = p->user, .kind = p->kind, .at = p->at, .until = p->until};
}

static struct err *answer_passes(struct ask *k, struct pass *list, size_t n)
{
	code_count(&k->out, &n, PASSES_MAX);
	for (size_t i = 0; i < n; i++)
		code_pass(&k->out, &list[i]);
	return NULL;
}

static void add_of(struct st_person *who, struct id object, msec now, struct pass *list, size_t *n)
{
	for (struct st_pass *p = who->passes; p && *n < PASSES_MAX; p = p->next)
		if (id_eq(p->object.v, object) && running(p, now))
			show(&list[(*n)++], p);
}

struct err *on_passes_of(struct vaultd *v, struct ask *k)
{
	struct pass *list = NEWS(k->a, struct pass, PASSES_MAX);
	struct st_person *who;
	struct st_object *o;
	case_id object;
	size_t n = 0;

	code_id(&k->in, &object.v);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "case cannot be read");
	TRY(reached(v, k, object, &o));
	for (size_t i = 0; (who = map_next(&v->store.access.persons, &i));)
		add_of(who, object.v, k->now, list, &n);
	return answer_passes(k, list, n);
}

struct err *on_passes_mine(struct vaultd *v, struct ask *k)
{
	struct st_person *who = access_person(&v->store.access, k->user->id);
	struct pass *list = NEWS(k->a, struct pass, PASSES_MAX);
	size_t n = 0;

	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	for (struct st_pass *p = who ? who->passes : NULL; p && n < PASSES_MAX; p = p->next)
		if (p->kind != PASS_BUDGET && running(p, k->now))
			show(&list[n++], p);
	return answer_passes(k, list, n);
}

/* A try counts whether it finds a file or not. */
struct err *on_glass(struct vaultd *v, struct ask *k)
{
	struct st_object *o;
	str reason = STR("");
	case_id object;

	code_id(&k->in, &object.v);
	code_str(&k->in, &reason, ACCESS_REASON_MAX);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "break-glass cannot be read");
	if (!access_reason_ok(reason))
		return FAIL(k->a, INVALID, NULL, "break-glass needs a reason");
	TRY(budget_check(v, k, SPEND_GLASS, object.v));
	budget_spend(v, k, SPEND_GLASS, object.v);
	o = map_get(&v->store.objects, object.v);
	if (!o || !o->made || !by_name_ok(k->user, o))
		return FAIL(k->a, NOT_FOUND, NULL, "no file that this actor may open so");
	k->note.object = object.v;
	TRY(core_note(v, k, "case.glass", true));
	if (may_reach(v, k, o))
		return NULL; /* hers already */
	pass_give(v, k, k->user, PASS_GLASS, object, k->now + GLASS_MS);
	alert_raise(v, k->now, ALARM_GLASS, k->user->id, object.v, 0, reason);
	return NULL;
}
