/* seed.c — `rivage _seed DIR COUNT`: many invented referrals in a demonstration, for benchmarks.
 *
 * Each is made as its first case manager would after a call: the same form, rules, keys and audit.  One in ten is
 * sorted and moved on to the interviews.  Many threads, because each waits for the disk most of the time and their
 * writes are flushed together.  Names are drawn from syllables and mean nothing. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "demo_accounts.h"
#include "demo/fill.h"
#include "gate.h"
#include "kase.h"
#include "local.h"

#define COUNT_MAX 1000000
#define DAYS_SPREAD 200
#define SORTED_EACH 10
#define THREADS (LOCAL_CHANNELS - 1)

struct seeding {
	struct local l;
	struct token token;
	struct actor_info actor;
	day today;
	uint32_t count, next; /* next: taken by the threads in turn */
	bool failed;
};
struct hand { /* one thread */
	struct seeding *s;
	pthread_t thread;
	struct arena *life, *a; /* a: of the case under way */
	struct vault *vault;
	struct db *reader;
	struct err *e;
};

static str name_of(struct arena *a, uint32_t n)
{
	static const char *const first[] = {"A", "Ba", "Chi", "De", "E",  "Fa", "Go", "Ha",
					    "I", "Ju", "Ka",  "Lu", "Mi", "No", "O",  "Pe"};
	static const char *const then[] = {"ba", "ci", "dou", "fe", "gwa", "hi", "jo", "ka",
					   "li", "ma", "ndi", "po", "ra",  "si", "tu", "va"};
	const char *third = n >> 12 & 1 ? then[n >> 8 & 15] : "";

	return arena_fmt(a, "%s%s%s", first[n & 15], then[n >> 4 & 15], third);
}

static uint32_t mixed(uint32_t n)
{
	n = (n ^ n >> 16) * 0x7FEB352Du;
	n = (n ^ n >> 15) * 0x846CA68Bu;
	return n ^ n >> 16;
}

static struct json *referral(struct arena *a, uint32_t i)
{
	static const char *const countries[] = {"NG", "AL", "MA", "BR", "CN", "VN", "CI", "GH", "UA"};
	str country = str_of(countries[mixed(i) % (sizeof countries / sizeof *countries)]);
	struct json *o = json_object(a), *nationality = json_array(a);

	json_push(nationality, json_new_str(a, country));
	json_set(a, o, STR("given_name"), json_new_str(a, name_of(a, mixed(i * 2 + 1))));
	json_set(a, o, STR("family_name"), json_new_str(a, name_of(a, mixed(i * 2 + 2))));
	json_set(a, o, STR("nationality"), nationality);
	json_set(a, o, STR("return_country"), json_new_str(a, country));
	json_set(a, o, STR("age_certainty"), json_new_str(a, STR("DOCUMENT")));
	return o;
}

/* The clock belongs to the house, which all threads share: each act carries its own day. */
static struct op op_on(const struct hand *h, day on)
{
	return (struct op){
		.a = h->a,
		.house = h->s->l.house,
		.db = h->reader,
		.vault = h->vault,
		.token = h->s->token,
		.actor = h->s->actor,
		.l = locale_get(STR("fr")),
		.now = on * DAY_MS + 9 * 3600000,
		.today = on,
	};
}

static struct err *fill_and_check(struct op *op, const char *form, const struct json *given, uint32_t i,
				  const struct form **f, struct json **answers)
{
	*f = form_find(op->house->forms, str_of(form), 0);
	*answers = demo_fill(op->a, *f, given, op->today, i);
	return form_check(op->a, *f, *answers, UINT32_MAX, op->today, false);
}

static struct err *sort_it(struct op *op, case_id id, uint32_t i)
{
	struct json *answers;
	const struct form *f;
	struct kase *k;

	TRY(kase_find(op, id, &k));
	TRY(kase_open(op, k, PURPOSE_WRITE));
	TRY(fill_and_check(op, "TRI", NULL, i, &f, &answers));
	TRY(record_file(op, k, f, (record_id){id_random()}, 0, answers, STR("")));
	return kase_move(op, k, T_SCREEN);
}

static struct err *make_one(const struct hand *h, uint32_t i)
{
	struct op op = op_on(h, h->s->today - (day)(mixed(i) % DAYS_SPREAD) - 1);
	const struct form *f;
	struct json *answers;
	case_id id;
	str code;

	TRY(fill_and_check(&op, "F01", referral(op.a, i), i, &f, &answers));
	TRY(kase_create(&op, (record_id){id_random()}, answers, NULL, &id, &code));
	return i % SORTED_EACH ? NULL : sort_it(&op, id, i);
}

static void *work(void *arg)
{
	struct hand *h = arg;
	struct seeding *s = h->s;
	uint32_t i = 0;

	h->e = db_reader(s->l.house->pool, h->life, &h->reader);
	while (!h->e && !__atomic_load_n(&s->failed, __ATOMIC_RELAXED)) {
		i = __atomic_fetch_add(&s->next, 1, __ATOMIC_RELAXED);
		if (i >= s->count)
			break;
		h->e = make_one(h, i);
		if (!h->e)
			arena_reset(h->a);
		if ((i + 1) % 1000 == 0)
			fprintf(stderr, "rivage: %u of %u referrals\n", (unsigned)i + 1, (unsigned)s->count);
	}
	if (h->e)
		__atomic_store_n(&s->failed, true, __ATOMIC_RELAXED);
	if (h->reader)
		db_reader_close(h->reader);
	return NULL;
}

/* An error lives in the arenas of its thread, which stay until the process ends. */
static void make_all(struct arena *a, struct seeding *s, struct hand *hands)
{
	for (size_t i = 0; i < THREADS; i++) {
		struct hand *h = &hands[i];

		*h = (struct hand){.s = s, .life = arena_create(64 << 20), .a = arena_create(64 << 20)};
		h->vault = vault_attach(a, s->l.fds[i + 1]);
		if (pthread_create(&h->thread, NULL, work, h) != 0)
			BUG("no thread");
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(hands[i].thread, NULL);
}

static struct err *sign_in(struct arena *a, struct seeding *s, const char *dir)
{
	struct demo_account *list;
	size_t n;

	TRY(house_unseal(s->l.house, s->l.reader, s->l.vault, a, cli_now()));
	TRY(demo_accounts_read(a, dir, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (list[i].role == ROLE_CMF) {
			TRY(local_sign_in(&s->l, arena_z(a, list[i].login), list[i].password, list[i].totp, &s->token));
			return vault_session(s->l.vault, a, s->token, true, &s->actor);
		}
	return FAIL(a, NOT_FOUND, NULL, "no case manager in the demonstration");
}

static struct err *seed(struct arena *a, struct seeding *s, const char *dir)
{
	struct hand *hands = NEWS(a, struct hand, THREADS);
	struct err *e = NULL;

	TRY(sign_in(a, s, dir));
	make_all(a, s, hands);
	for (size_t i = 0; i < THREADS && !e; i++)
		e = hands[i].e;
	return e ? e : vault_signout(s->l.vault, a, s->token);
}

static struct err *run(struct arena *a, const char *dir, uint32_t count)
{
	struct seeding s = {.count = count};
	struct err *e;
	msec clock;
	str text;

	TRY(cli_read_file(a, arena_z(a, arena_fmt(a, "%s/clock", dir)), 64, &text));
	if (!msec_parse(str_trim(text), &clock))
		return FAIL(a, CONFIG, NULL, "DIR/clock does not hold a date and time");
	s.today = day_of_msec(clock);
	e = local_open_wide(a, dir, arena_z(a, arena_fmt(a, "%s/key", dir)), PASSWORD_COST, LOCAL_CHANNELS, &s.l);
	if (!e)
		e = seed(a, &s, dir);
	local_close(&s.l);
	return e;
}

int cli_seed(int argc, char **argv)
{
	struct arena *a = arena_create(256 << 20);
	const char *rest[2];
	int64_t count = 0;
	struct err *e;
	size_t n;

	if (!cli_options(argc, argv, NULL, 0, rest, 2, &n))
		return 2;
	if (n != 2 || !str_to_i64(str_of(rest[1]), &count) || count < 1 || count > COUNT_MAX) {
		fputs("usage: rivage _seed DIR COUNT\n", stderr);
		return 2;
	}
	e = run(a, rest[0], (uint32_t)count);
	return e ? cli_fail(e) : 0;
}
