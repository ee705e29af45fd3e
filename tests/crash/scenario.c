/* scenario.c — accounts, files from referral to erasure, drafts, access by name, many hands at once, compaction, the
 * recovery key: through the verbs that pages and commands use, with a vault process of its own. */
#include "scenario.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "core.h"
#include "demo/cohort.h"
#include "demo/fill.h"
#include "disk.h"
#include "erase.h"
#include "files.h"
#include "gate.h"
#include "heads.h"
#include "kase.h"
#include "local.h"
#include "object.h"
#include "recovery.h"
#include "server.h"

#define HANDS 4
#define NOTES_EACH 6
#define PERSON_ENDS 10 /* of data/demo.json: she changes her mind, and her file is closed */
#define PERSON_WAITS 13
#define CHANNELS_WANTED (HANDS + 1)

struct doing {
	struct arena *a;
	const char *data, *key;
	struct local l;
	struct stage stage;
	struct share shares[5];
	uint8_t other[20]; /* secret of the codes of another coordinator */
	user_id second;    /* an account that is locked, sent away, withdrawn */
};

static void mark(struct doing *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void mark(struct doing *d, const char *format, ...)
{
	char text[256];
	va_list list;

	(void)d;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	disk_mark(text);
}

static const char *hex(struct arena *a, const void *p, size_t n)
{
	char *out = arena_alloc(a, 2 * n + 1);

	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", ((const uint8_t *)p)[i]);
	return out;
}

static struct err *act(void *arg, struct arena *a, struct token t, day on, struct op *out)
{
	return local_op(arg, a, t, on, out);
}

static void played(void *arg, size_t done, size_t all)
{
	struct local *l = arg;

	(void)l;
	mark(NULL, "done step %zu of %zu", done, all);
}

static struct player *player(struct doing *d, const char *login)
{
	for (size_t i = 0; i < d->stage.n_players; i++)
		if (str_eqz(d->stage.players[i].login, login))
			return &d->stage.players[i];
	BUG("no account %s", login);
}

static struct err *by(struct doing *d, const char *login, struct op *op)
{
	return local_op(&d->l, d->a, player(d, login)->token, d->stage.script.today, op);
}

static struct err *accounts(struct doing *d)
{
	const struct json *rows = json_get(d->stage.script.json, "accounts");

	d->stage.players = NEWS(d->a, struct player, json_count(rows) + 1);
	JSON_EACH (row, rows) {
		struct player *p = &d->stage.players[d->stage.n_players];
		struct account_new n = {arena_z(d->a, json_text(row, "login")), arena_z(d->a, json_text(row, "name")),
					arena_z(d->a, json_text(row, "office")), role_find(json_text(row, "role")),
					SCENARIO_PASSWORD};
		uint8_t totp[20];

		TRY(local_account(&d->l, d->stage.n_players ? d->stage.players[0].token : NO_TOKEN, &n, &p->id, totp));
		p->login = json_text(row, "login");
		TRY(local_sign_in(&d->l, n.login, SCENARIO_PASSWORD, totp, &p->token));
		if (strcmp(n.login, "coo2") == 0)
			memcpy(d->other, totp, sizeof totp);
		mark(d, "secret %s %s", n.login, hex(d->a, totp, sizeof totp));
		mark(d, "user %s %d", hex(d->a, p->id.v.b, 16), (int)ACCOUNT_ACTIVE);
		mark(d, "done account");
		d->stage.n_players++;
	}
	return NULL;
}

/* Two of the people of the demonstration: enough for every kind of step. */
static struct err *script(struct doing *d)
{
	struct script *s = &d->stage.script;
	size_t kept = 0;

	TRY(script_load(d->a, s));
	for (size_t i = 0; i < s->n_steps; i++)
		if (s->steps[i].person == PERSON_ENDS || s->steps[i].person == PERSON_WAITS)
			s->steps[kept++] = s->steps[i];
	s->n_steps = kept;
	for (size_t i = 0; i < kept; i++) { /* an erasure meets a legal hold, which she has not */
		struct json *set = json_get(s->steps[i].what, "set");

		if (set && json_get(set, "legal_hold"))
			json_set(d->a, set, STR("legal_hold"), json_new_str(d->a, STR("NO")));
	}
	return NULL;
}

/* The one whose file is closed, or the one who waits. */
static struct err *the_case(struct doing *d, bool closed, struct head *out)
{
	struct head *list;
	struct op op;
	size_t n, all;

	TRY(by(d, "coo", &op));
	heads_query(&op, &(struct head_query){.country = NO_FACT, .limit = 50}, &list, &n, &all);
	for (size_t i = 0; i < n; i++) {
		*out = list[i];
		if ((list[i].state >= STATE_CLOSED) == closed)
			return NULL;
	}
	return FAIL(d->a, INTERNAL, NULL, "no such file among %zu", n);
}

static struct err *drafts(struct doing *d, case_id id)
{
	record_id record = {id_random()};
	const struct form *f;
	struct json *answers;
	struct kase *k;
	struct op op;

	TRY(by(d, "coo", &op));
	TRY(kase_find(&op, id, &k));
	TRY(kase_open(&op, k, PURPOSE_WRITE));
	f = form_find(op.house->forms, STR("NOTE"), 0);
	for (uint32_t i = 0; i < 4; i++) {
		TRY(stage_fill(&op, f, json_object(d->a), i, k->readable[f->dossier], &answers));
		TRY(draft_save(&op, k, f, record, 0, answers));
		mark(d, "done draft %u", i);
	}
	TRY(record_file(&op, k, f, record, 0, answers, STR("")));
	mark(d, "done draft filed");
	TRY(stage_fill(&op, f, json_object(d->a), 9, k->readable[f->dossier], &answers));
	TRY(record_file(&op, k, f, record, 1, answers, STR("Heard anew")));
	mark(d, "done correction");
	return NULL;
}

static struct err *standings(struct doing *d)
{
	static const struct {
		enum account_act act;
		enum account_state then;
	} acts[] = {
		{STANDING_LOCK, ACCOUNT_LOCKED}, {STANDING_UNLOCK, ACCOUNT_ACTIVE}, {STANDING_REVOKE, ACCOUNT_REVOKED}};
	struct token t = player(d, "coo")->token;

	d->second = player(d, "cmf1")->id;
	TRY(vault_account_travel(d->l.vault, d->a, t, d->second, 40000, 40010));
	mark(d, "done travel");
	TRY(vault_account_travel(d->l.vault, d->a, t, d->second, NO_DAY, NO_DAY));
	mark(d, "done back");
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		TRY(vault_account_standing(d->l.vault, d->a, t, d->second, acts[i].act));
		mark(d, "user %s %d", hex(d->a, d->second.v.b, 16), (int)acts[i].then);
		mark(d, "done standing");
	}
	TRY(vault_signout(d->l.vault, d->a, player(d, "mne")->token));
	mark(d, "done signout");
	return NULL;
}

static struct err *access_by_name(struct doing *d, case_id id)
{
	struct kase *k;
	struct op op;

	TRY(by(d, "coo", &op));
	TRY(kase_find(&op, id, &k));
	TRY(kase_open(&op, k, PURPOSE_WRITE));
	TRY(kase_give(&op, k, player(d, "med")->id, NO_DAY));
	mark(d, "done given");
	TRY(kase_take_back(&op, k, player(d, "med")->id));
	mark(d, "done taken back");
	TRY(kase_assign(&op, k, player(d, "cmf2")->id, false, NO_DAY));
	mark(d, "done assigned");
	return NULL;
}

static struct err *erasure(struct doing *d)
{
	struct erasure_row *rows;
	struct head h;
	struct op op;
	size_t n;

	TRY(the_case(d, true, &h));
	TRY(by(d, "dpo", &op));
	TRY(erasure_ask(&op, str_of(h.code), ERASE_REQUEST));
	mark(d, "done asked");
	TRY(erasures_read(&op, &rows, &n));
	TRY(erasure_withdraw(&op, rows[0].id));
	mark(d, "done withdrawn");
	TRY(erasure_ask(&op, str_of(h.code), ERASE_ORDER));
	mark(d, "done asked");
	TRY(by(d, "coo2", &op)); /* she made no account: not one hand with the other */
	TRY(erasures_read(&op, &rows, &n));
	TRY(erasure_confirm(&op, rows[0].id));
	mark(d, "erased %s", hex(d->a, h.id.v.b, 16));
	mark(d, "done erased");
	return NULL;
}

struct hand {
	struct doing *d;
	pthread_t thread;
	int number;
	case_id id;
	struct err *e;
};

static struct err *notes(struct hand *h, struct arena *a)
{
	struct local mine = h->d->l;
	const struct form *f;
	struct json *answers;
	struct kase *k;
	struct op op;

	mine.vault = vault_attach(a, mine.fds[1 + h->number]);
	TRY(db_reader(mine.house->pool, a, &mine.reader));
	TRY(local_op(&mine, a, player(h->d, h->number % 2 ? "coo" : "cmf2")->token, h->d->stage.script.today, &op));
	TRY(kase_find(&op, h->id, &k));
	TRY(kase_open(&op, k, PURPOSE_WRITE));
	f = form_find(op.house->forms, STR("NOTE"), 0);
	for (uint32_t i = 0; i < NOTES_EACH; i++) {
		record_id record = {id_random()};
		struct err *e;

		TRY(stage_fill(&op, f, json_object(a), (uint32_t)h->number * 100 + i, k->readable[f->dossier],
			       &answers));
		do /* the head moves on under so many hands: she presses the button again */
			e = record_file(&op, k, f, record, 0, answers, STR(""));
		while (e && e->kind == ERR_UNAVAILABLE);
		TRY(e);
		mark(h->d, "note %s %s", hex(a, h->id.v.b, 16), hex(a, record.v.b, 16));
	}
	db_reader_close(mine.reader);
	return NULL;
}

static void *hand_main(void *arg)
{
	struct hand *h = arg;
	struct arena *a = arena_create(64 << 20);

	h->e = notes(h, a);
	if (h->e)
		fprintf(stderr, "a hand: %s: %.*s\n", h->e->where, STR_ARG(h->e->detail));
	arena_destroy(a);
	return NULL;
}

/* Groups of transactions on one flush. */
static struct err *many_hands(struct doing *d, case_id id)
{
	struct hand hands[HANDS] = {0};
	bool bad = false;

	for (int i = 0; i < HANDS; i++) {
		hands[i] = (struct hand){.d = d, .number = i, .id = id};
		pthread_create(&hands[i].thread, NULL, hand_main, &hands[i]);
	}
	for (int i = 0; i < HANDS; i++) {
		pthread_join(hands[i].thread, NULL);
		bad |= hands[i].e != NULL;
	}
	mark(d, "done hands");
	return bad ? FAIL(d->a, INTERNAL, NULL, "a hand stopped") : NULL;
}

static struct err *open_house(struct doing *d)
{
	TRY(local_open_wide(d->a, d->data, d->key, PASSWORD_COST_TEST, CHANNELS_WANTED, &d->l));
	d->stage.arg = &d->l;
	mark(d, "done open");
	return NULL;
}

static struct err *first_day(struct doing *d)
{
	struct kase *object;
	struct head h;
	struct op op;

	TRY(open_house(d));
	TRY(local_offices(&d->l));
	mark(d, "done offices");
	TRY(accounts(d));
	TRY(by(d, "coo", &op));
	TRY(object_open(&op, OBJECT_PROGRAMME, PURPOSE_READ, &object));
	mark(d, "done programme");
	TRY(cohort_play(&d->stage));
	TRY(the_case(d, false, &h));
	TRY(drafts(d, h.id));
	TRY(access_by_name(d, h.id));
	TRY(standings(d));
	return erasure(d);
}

static struct err *second_day(struct doing *d)
{
	struct head h;

	TRY(open_house(d));
	TRY(house_unseal(d->l.house, d->l.reader, d->l.vault, d->a, cli_now()));
	TRY(the_case(d, false, &h));
	TRY(many_hands(d, h.id));
	return drafts(d, h.id);
}

static struct err *compact(struct doing *d, str secret)
{
	struct vaultd *v = big_alloc(sizeof *v);
	struct err *e;

	v->life = d->a;
	v->sealed = true;
	e = vault_dir(d->a, d->data, false, true, &v->dir);
	if (!e)
		e = core_unseal(v, d->a, secret, cli_now());
	if (!e)
		e = store_compact(d->a, &v->store);
	if (!e)
		core_seal(v);
	close(v->dir);
	free(v);
	mark(d, "done compacted");
	return e;
}

/* Writes that did not end, as a kill would leave them: the next start cuts them. */
static struct err *tear(struct doing *d)
{
	static const char *const names[] = {"store", "audit", "keys", "audit.checkpoints"};
	char half[700];

	memset(half, 1, sizeof half);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int fd = open(arena_fmt(d->a, "%s/vault/%s", d->data, names[i]).p, O_WRONLY | O_CLOEXEC);
		off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;

		if (end < 0 || pwrite(fd, half, sizeof half, end) != sizeof half)
			return FAIL(d->a, UNAVAILABLE, NULL, "%s", names[i]);
		close(fd);
	}
	return NULL;
}

static struct err *recovery_key(struct doing *d, str secret)
{
	struct key fresh = crypt_key_new();
	struct share_card card;

	shamir_split(&fresh, 3, 5, d->shares, &card);
	TRY(vault_recovery_install(d->a, d->data, secret, &card, cli_now()));
	mark(d, "done recovery key");
	return NULL;
}

/* A coordinator comes, so that the keys of the groups are sealed to the shares; then the shares make one. */
static struct err *from_shares(struct doing *d, str secret)
{
	struct coordinator_new c = {.secret = secret,
				    .shares = d->shares,
				    .n_shares = 3,
				    .login = STR("shares"),
				    .name = STR("From shares"),
				    .office = STR("PARIS")};
	struct token t;
	struct err *e;

	TRY(open_house(d));
	e = local_sign_in_code(&d->l, "coo2", SCENARIO_PASSWORD, crypt_totp_at(d->a, d->other, cli_now() + 30000), &t);
	local_close(&d->l);
	mark(d, "done closed");
	TRY(e);
	c.now = cli_now();
	TRY(vault_coordinator(d->a, d->data, &c));
	mark(d, "user %s %d", hex(d->a, c.id.v.b, 16), (int)ACCOUNT_INVITED);
	mark(d, "done coordinator");
	return NULL;
}

struct err *scenario_play(struct arena *a, const char *folder)
{
	struct doing d = {.a = a, .stage = {.a = a, .op = act, .progress = played}};
	struct err *e;
	str secret;

	d.data = arena_fmt(a, "%s/data", folder).p;
	d.key = arena_fmt(a, "%s/key", folder).p;
	TRY(script(&d));
	TRY(vault_key_file_new(a, d.key));
	TRY(vault_key_file(a, d.key, &secret));
	TRY(vault_init(a, d.data, secret, true, PASSWORD_COST_TEST));
	mark(&d, "done init");
	e = first_day(&d);
	local_close(&d.l);
	mark(&d, "done closed");
	TRY(e);
	TRY(tear(&d));
	TRY(compact(&d, secret));
	TRY(recovery_key(&d, secret));
	e = second_day(&d);
	local_close(&d.l);
	mark(&d, "done closed");
	TRY(e);
	return from_shares(&d, secret);
}
