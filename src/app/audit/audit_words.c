/* audit_words.c — the audit log in words: what was done, by whom, to what, why.  No case is opened to say it: a file is
 * named by its code, a person helped not at all. */
#include "audit_words.h"

#include "heads.h"

static const struct {
	const char *action, *words;
} actions[] = {
	{"case.open", N_("Opened a file")},
	{"case.new", N_("Made a file")},
	{"case.intake", N_("A referral came in")},
	{"case.dossier", N_("Made the file of the country of return")},
	{"case.share", N_("Opened a file to an office abroad")},
	{"case.assign", N_("Assigned a file")},
	{"case.unassign", N_("Withdrew an assignment")},
	{"case.list", N_("Read the list of files")},
	{"case.name", N_("Gave access to a file by name")},
	{"case.glass", N_("Opened a file not given to her, with a reason")},
	{"case.decoy", N_("Marked a file as a decoy")},
	{"search.begin", N_("Began a search")},
	{"budget.reached", N_("Reached a limit")},
	{"budget.raise", N_("Raised somebody's limits for a day")},
	{"alert.read", N_("Read the alerts")},
	{"alert.ack", N_("Acknowledged an alert")},
	{"case.search", N_("Searched for a person")},
	{"case.home", N_("Read the tasks of the day")},
	{"case.triage", N_("Read the list of referrals")},
	{"case.departures", N_("Read the departures")},
	{"index.open", N_("Loaded the names of the office")},
	{"signin.start", N_("Began to sign in")},
	{"signin", N_("Signed in")},
	{"signin.key", N_("Signed in with a security key")},
	{"signin.done", N_("Signed in")},
	{"signout", N_("Signed out")},
	{"user.new", N_("Made an account")},
	{"user.invite", N_("Invited a person to an account")},
	{"user.renew", N_("Sent a new link for an account")},
	{"user.accept", N_("Took an invitation")},
	{"user.confirm", N_("Confirmed the account with a first code")},
	{"user.lock", N_("Locked an account")},
	{"user.unlock", N_("Unlocked an account")},
	{"user.revoke", N_("Withdrew an account, and renewed the keys")},
	{"user.travel", N_("Set the travel mode of an account")},
	{"user.travel.end", N_("Lifted the travel mode of an account")},
	{"user.end", N_("Ended a person’s sessions")},
	{"user.recover", N_("Came back with the recovery code")},
	{"user.password", N_("Changed the password")},
	{"user.code", N_("Made a new recovery code")},
	{"user.key", N_("Registered a security key")},
	{"user.key.remove", N_("Removed a security key")},
	{"user.key.only", N_("Changed whether codes are taken beside security keys")},
	{"session.again", N_("Typed password and code once more")},
	{"session.end", N_("Ended own sessions")},
	{"office.new", N_("Made an office")},
	{"vault.unseal", N_("Opened the vault")},
	{"audit.read", N_("Read the audit log")},
	{"audit.export", N_("Took a copy of the audit log")},
	{"erase.ask", N_("Asked for an erasure")},
	{"erase.withdraw", N_("Withdrew the request for an erasure")},
	{"case.erase", N_("Erased a file")},
	{"case.hold", N_("Set a legal hold on a file")},
	{"case.held", N_("Asked whether a legal hold is on a file")},
	{"case.release", N_("Lifted a legal hold")},
	{"retention.list", N_("Looked at which files are due")},
	{"erase.entries", N_("Erased entries whose time is over")},
	{"vault.restore", N_("Restored from a backup")},
	{"backup.made", N_("Made a backup")},
	{"backup.failed", N_("Tried to make a backup, and failed")},
	{"backup.verified", N_("Checked a backup: it is whole")},
	{"backup.unsound", N_("Checked a backup: it cannot be restored")},
	{"backup.unknown", N_("Found a note about a backup that nobody here wrote")},
	{"recovery.coordinator", N_("Made a coordinator from the shares of the recovery key")},
	{"recovery.escrow", N_("Sealed keys of groups to the recovery key")},
	{"recovery.key", N_("Put in a recovery key")},
	{"programme.read", N_("Read the programme page")},
};

/* Purposes of an opening, in words that follow "opened a file". */
static const char *const purposes[] = {
	[PURPOSE_READ] = N_("to read it"),
	[PURPOSE_WRITE] = N_("to write in it"),
	[PURPOSE_LIST] = N_("for a list"),
	[PURPOSE_GATE] = N_("to take it a step further"),
	[PURPOSE_PRINT] = N_("to take a paper"),
	[PURPOSE_EXPORT] = N_("to take a copy out"),
	[PURPOSE_REVEAL] = N_("to see how to reach the person"),
};

str audit_act(struct ctx *c, const struct audit_line *l)
{
	str words = arena_str(c->op.a, str_of(l->action));

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (str_eqz(str_of(l->action), actions[i].action))
			words = str_of(tr(c->op.l, actions[i].words));
	if (str_eqz(str_of(l->action), "audit.export"))
		return arena_join(c->op.a, (str[]){words, taken_words(c, l->object.v, l->count)}, 2,
				  str_of(tr(c->op.l, ": ")));
	if (str_starts(str_of(l->action), STR("backup.")) && !id_is_zero(l->object.v))
		return arena_join(c->op.a, (str[]){words, id_text(c->op.a, l->object.v)}, 2, str_of(tr(c->op.l, ": ")));
	if (!l->done && l->count > 1) /* strangers' refusals of one minute share an entry */
		return arena_fmt(c->op.a, "%.*s × %lld", STR_ARG(words), (long long)l->count);
	return words;
}

str audit_why(struct ctx *c, const struct audit_line *l)
{
	bool known = l->purpose && l->purpose < sizeof purposes / sizeof *purposes;

	return known ? str_of(tr(c->op.l, purposes[l->purpose])) : STR("");
}

str audit_parts(struct ctx *c, uint32_t bits)
{
	str names[COMPARTMENTS];
	uint32_t both = (bits | bits >> 16) & 0xFFFF; /* low half: the file in France; high half: abroad */
	size_t n = 0;

	for (unsigned k = 0; k < COMPARTMENTS; k++)
		if (both & COMP_BIT(k))
			names[n++] = str_of(tr(c->op.l, compartment_labels[k]));
	return n ? arena_join(c->op.a, names, n, str_of(tr(c->op.l, ", "))) : STR("");
}

str audit_who(struct ctx *c, user_id u)
{
	return id_is_zero(u.v) ? str_of(tr(c->op.l, N_("the public, or the program")))
			       : staff_name(c->op.house, c->op.vault, c->op.a, u);
}

/* An object is a file, an account, or something of an office that has no name of its own. */
str audit_about(struct ctx *c, const struct audit_line *l, bool *code)
{
	struct head h;

	*code = !id_is_zero(l->object.v) && heads_get(c->op.house->heads, l->object, &h);
	return *code ? arena_str(c->op.a, str_of(h.code)) : taken_account(c, l->object.v);
}

struct audit_row *audit_rows(struct ctx *c, const struct audit_found *found, bool links)
{
	struct audit_row *rows = NEWS(c->op.a, struct audit_row, found->n + 1);

	for (size_t i = 0; i < found->n; i++) {
		const struct audit_line *l = &found->lines[i];
		struct audit_row *r = &rows[i];

		r->at = fmt_time(c->op.a, c->op.l, l->at);
		r->who = audit_who(c, l->actor);
		r->what = audit_act(c, l);
		r->refused = !l->done;
		r->about = audit_about(c, l, &r->code);
		r->why = audit_why(c, l);
		r->reason = l->reason;
		r->parts = audit_parts(c, l->compartments);
		if (links && !id_is_zero(l->actor.v))
			r->who_url = arena_fmt(c->op.a, "/audit?who=%.*s", STR_ARG(id_text(c->op.a, l->actor.v)));
		if (links && r->code)
			r->about_url = arena_fmt(c->op.a, "/audit?case=%.*s", STR_ARG(id_text(c->op.a, l->object.v)));
	}
	return rows;
}

static bool get_id(struct ctx *c, const char *name, struct id *out)
{
	str text = ctx_query(c, name);

	return !text.n || id_parse(text, out);
}

static bool get_day(struct ctx *c, const char *name, day *out)
{
	str text = ctx_query(c, name);

	*out = NO_DAY;
	return !text.n || day_parse(text, out);
}

void audit_filter_days(struct audit_filter *f)
{
	f->q.from = f->from == NO_DAY ? 0 : op_midnight(f->from);
	f->q.to = f->to == NO_DAY ? 0 : op_midnight(f->to + 1);
}

struct err *audit_filter_get(struct ctx *c, struct audit_filter *out)
{
	int64_t before = 0;
	str kind = ctx_query(c, "kind");

	*out = (struct audit_filter){.from = NO_DAY, .to = NO_DAY};
	out->q.kind = kind.n ? audit_kind_find(kind) : AUDIT_ALL;
	if (out->q.kind == AUDIT_KINDS || !get_id(c, "who", &out->q.who.v) || !get_id(c, "case", &out->q.object.v) ||
	    !get_day(c, "from", &out->from) || !get_day(c, "to", &out->to) ||
	    (ctx_query(c, "before").n && (!str_to_i64(ctx_query(c, "before"), &before) || before < 1)))
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such place in the audit log");
	out->q.before = (uint64_t)before;
	audit_filter_days(out);
	return NULL;
}

str audit_address(struct ctx *c, const char *path, const struct audit_filter *f, uint64_t before)
{
	struct buf b;
	char sign = '?';

	buf_init(&b, c->op.a, 1024);
	buf_z(&b, path);
	for (int i = 0; i < 6; i++) {
		static const char *const names[] = {"who", "case", "kind", "from", "to", "before"};
		str values[] = {
			id_is_zero(f->q.who.v) ? STR("") : id_text(c->op.a, f->q.who.v),
			id_is_zero(f->q.object.v) ? STR("") : id_text(c->op.a, f->q.object.v),
			f->q.kind == AUDIT_ALL ? STR("") : str_of(audit_kinds[f->q.kind]),
			f->from == NO_DAY ? STR("") : day_iso(c->op.a, f->from),
			f->to == NO_DAY ? STR("") : day_iso(c->op.a, f->to),
			before ? arena_fmt(c->op.a, "%llu", (unsigned long long)before) : STR(""),
		};

		if (!values[i].n)
			continue;
		buf_c(&b, sign);
		buf_z(&b, names[i]);
		buf_c(&b, '=');
		buf_str(&b, values[i]);
		sign = '&';
	}
	return buf_done(&b);
}
