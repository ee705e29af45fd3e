/* escrow_test.c — a coordinator from shares: what she opens, what is refused, what is told before, and what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit_file.h"
#include "core.h"
#include "files.h"
#include "recovery.h"
#include "vault_fixture.h"

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"};
static struct person cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"};
static struct person adm = {.login = "adm", .role = ROLE_ADM, .office = "PARIS"};
static struct person dpo = {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"};
static struct person fresh = {.login = "newcoo", .role = ROLE_COO, .office = "PARIS"};
static struct share shares[5], others[5];

/* A house with people and a recovery key, running. */
static void ceremony(struct world *w, struct share *out)
{
	struct key secret = crypt_key_new();
	struct share_card card;

	shamir_split(&secret, 3, 5, out, &card);
	world_stop(w, 15);
	OK(vault_recovery_install(w->a, w->dir, PASSPHRASE, &card, test_now()));
	world_start(w, NULL);
	world_unseal(w);
}

static void house(struct world *w)
{
	struct person *const all[] = {&coo, &cmf, &adm, &dpo};

	world_new(w);
	people_in(w, all, sizeof all / sizeof *all);
	ceremony(w, shares);
}

static void again(struct world *w, struct person *p)
{
	test_clock->shift += 60000;
	person_in(w, p);
}

static size_t told(struct world *w, const char *action, bool done, uint64_t *seq)
{
	struct audit_entry *all;
	size_t n, found = 0;

	OK(audit_show(w->a, w->dir, 0, 100000, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].action, action) == 0 && all[i].done == done) {
			*seq = all[i].seq;
			found++;
		}
	return found;
}

static uint64_t missing(struct world *w)
{
	struct vault_status s;

	OK(vault_status(w->v, w->a, &s));
	assert_true(s.recovery);
	return s.escrow_missing;
}

static struct coordinator_new asks(const struct share *with, size_t n)
{
	return (struct coordinator_new){.secret = PASSPHRASE,
					.shares = with,
					.n_shares = n,
					.login = STR("newcoo"),
					.name = STR("New"),
					.office = STR("PARIS"),
					.now = test_now()};
}

static struct err *accept(struct world *w, const struct invite *link)
{
	struct new_secrets s = {0};

	random_bytes(s.salt, sizeof s.salt);
	s.password = world_pre(w, PERSON_PASSWORD, s.salt);
	return vault_account_accept(w->v, w->a, link, &s, fresh.totp);
}

static void opens_everything(void **state)
{
	struct made paris, lagos, old;
	struct coordinator_new c;
	struct staff who;
	struct alarm alarm;
	struct world w;
	uint64_t seq;

	(void)state;
	house(&w);
	assert_true(missing(&w) > 0); /* until a coordinator came */
	again(&w, &coo);
	assert_int_equal(missing(&w), 0);
	assert_int_equal(told(&w, "recovery.escrow", true, &seq), 1);
	old = make_case(&w, coo.t, DOSSIER_FR, "PARIS", NULL);
	again(&w, &coo);
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_REVOKE)); /* keys of Paris anew */
	assert_int_equal(missing(&w), 0); /* the new generation has its rows at once */
	paris = make_case(&w, coo.t, DOSSIER_FR, "PARIS", NULL);
	lagos = make_case(&w, coo.t, DOSSIER_COR, "LAGOS", NULL);
	again(&w, &adm);
	OK(vault_account_standing(w.v, w.a, adm.t, coo.id, STANDING_LOCK)); /* she is lost */
	world_stop(&w, 15);
	c = asks(shares, 3);
	OK(vault_coordinator(w.a, w.dir, &c));
	assert_int_equal(c.missing, 0);
	assert_true(c.groups > 0 && c.from == test_now() + COORDINATOR_WAITS_MS);
	assert_int_equal(told(&w, "recovery.coordinator", true, &seq), 1);
	world_start(&w, NULL);
	world_unseal(&w);
	again(&w, &dpo);
	assert_int_equal(waiting(&w, &dpo, ALARM_COORDINATOR, &alarm), 1);
	assert_true(id_eq(alarm.who.v, c.id.v));
	test_clock->shift += 71 * 3600 * 1000;
	KIND(NOT_FOUND, vault_account_welcome(w.v, w.a, &c.link, &who));
	KIND(NOT_FOUND, accept(&w, &c.link));
	test_clock->shift += 2 * 3600 * 1000;
	OK(vault_account_welcome(w.v, w.a, &c.link, &who));
	assert_string_equal(who.login, "newcoo");
	OK(accept(&w, &c.link));
	again(&w, &fresh);
	assert_int_equal(waiting(&w, &fresh, ALARM_COORDINATOR, NULL), 0); /* not hers to settle */
	OK(vault_alert_ack(w.v, w.a, fresh.t, alarm.no));
	again(&w, &dpo);
	assert_int_equal(waiting(&w, &dpo, ALARM_COORDINATOR, NULL), 1);
	OK(reads(&w, &fresh, &paris));
	OK(reads(&w, &fresh, &lagos));
	OK(reads(&w, &fresh, &old)); /* of the generation before */
	world_end(&w);
}

static str bytes_of(struct world *w, const char *name)
{
	str out;

	OK(file_read(w->a, AT_FDCWD, arena_fmt(w->a, "%s/vault/%s", w->dir, name).p, 1u << 24, &out));
	return out;
}

static bool no(void *arg, const struct coordinator_seen *list, size_t n)
{
	*(size_t *)arg = n;
	assert_string_equal(list[0].login, "coo");
	assert_true(list[0].signed_in > 0);
	return false;
}

static void refusals(void **state)
{
	struct coordinator_new c;
	struct share bad[3];
	size_t seen = 0, refused = 0;
	struct world w;
	uint64_t seq;
	str before;

	(void)state;
	house(&w);
	world_stop(&w, 15);
	c = asks(shares, 3);
	KIND(CONFLICT, vault_coordinator(w.a, w.dir, &c)); /* nobody signed in since the ceremony */
	world_start(&w, NULL);
	world_unseal(&w);
	again(&w, &coo);
	c = asks(shares, 3);
	KIND(CONFLICT, vault_coordinator(w.a, w.dir, &c)); /* the service runs */
	world_stop(&w, 15);
	before = bytes_of(&w, "store");
	c = asks(shares, 2);
	KIND(INVALID, vault_coordinator(w.a, w.dir, &c));
	memcpy(bad, shares, sizeof bad);
	bad[1].data[5] ^= 1;
	c = asks(bad, 3);
	KIND(INVALID, vault_coordinator(w.a, w.dir, &c));
	assert_int_equal(c.wrong, 1);
	shamir_split(&(struct key){{7}}, 3, 5, others, &(struct share_card){0});
	c = asks(others, 3);
	KIND(INVALID, vault_coordinator(w.a, w.dir, &c));
	c = asks(shares, 3);
	c.login = STR("coo");
	KIND(CONFLICT, vault_coordinator(w.a, w.dir, &c));
	c = asks(shares, 3);
	c.agree = no;
	c.arg = &seen;
	KIND(CONFLICT, vault_coordinator(w.a, w.dir, &c));
	assert_int_equal(seen, 1);
	refused = told(&w, "recovery.coordinator", false, &seq);
	assert_int_equal(refused, 6);
	assert_int_equal(told(&w, "recovery.coordinator", true, &seq), 0);
	assert_true(str_eq(before, bytes_of(&w, "store"))); /* not a row was written */
	c = asks(shares, 3);
	c.secret = STR("another passphrase");
	KIND(DENIED, vault_coordinator(w.a, w.dir, &c));
	world_end(&w);
}

static void a_new_ceremony(void **state)
{
	struct coordinator_new c;
	struct share old[5];
	struct world w;

	(void)state;
	house(&w);
	again(&w, &coo);
	assert_int_equal(missing(&w), 0);
	memcpy(old, shares, sizeof old);
	ceremony(&w, shares);
	assert_true(missing(&w) > 0);
	world_stop(&w, 15);
	c = asks(shares, 3);
	KIND(CONFLICT, vault_coordinator(w.a, w.dir, &c)); /* the rows of the set before it are gone */
	c = asks(old, 3);
	KIND(INVALID, vault_coordinator(w.a, w.dir, &c));
	world_start(&w, NULL);
	world_unseal(&w);
	again(&w, &coo);
	assert_int_equal(missing(&w), 0);
	world_stop(&w, 15);
	c = asks(shares, 3);
	OK(vault_coordinator(w.a, w.dir, &c));
	world_end(&w);
}

static void locked(void **state)
{
	struct coordinator_new c;
	struct staff who;
	struct world w;

	(void)state;
	house(&w);
	again(&w, &coo);
	world_stop(&w, 15);
	c = asks(shares, 3);
	OK(vault_coordinator(w.a, w.dir, &c));
	world_start(&w, NULL);
	world_unseal(&w);
	again(&w, &adm);
	OK(vault_account_standing(w.v, w.a, adm.t, c.id, STANDING_LOCK));
	test_clock->shift += 80 * 3600 * 1000;
	KIND(NOT_FOUND, vault_account_welcome(w.v, w.a, &c.link, &who));
	KIND(NOT_FOUND, accept(&w, &c.link));
	world_end(&w);
}

/* Rows that were put in by whoever has the keyring: of another set, of another group, of a key that is not the group's. */
static struct err *forge(struct vaultd *v, struct arena *a, void *arg)
{
	struct st_escrow *kept, other, swapped;
	struct st_group *g[3];
	struct group_keys keys = {crypt_key_new(), crypt_key_new()};
	struct ask k = {.a = a, .now = test_now()};
	size_t at = 0;

	(void)arg;
	TRY(core_unseal(v, a, PASSPHRASE, test_now()));
	for (int i = 0; i < 3; i++)
		g[i] = map_next(&v->store.groups, &at);
	kept = map_get(&v->store.escrows, g[0]->id.v);
	other = *kept;
	other.set[0] ^= 1;
	swapped = *kept;
	swapped.group = g[1]->id;
	store_put(&v->store, ROW_ESCROW, &other, 0);
	store_put(&v->store, ROW_ESCROW, &swapped, 0);
	escrow_put(v, &k, g[2], &keys);
	return core_commit(v, a, test_now());
}

static void forged_rows(void **state)
{
	struct coordinator_new c;
	struct world w;

	(void)state;
	house(&w);
	again(&w, &coo);
	world_stop(&w, 15);
	OK(core_alone(w.a, w.dir, forge, NULL));
	c = asks(shares, 3);
	OK(vault_coordinator(w.a, w.dir, &c));
	assert_int_equal(c.missing, 3); /* none of them was given; the command says so */
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_everything), cmocka_unit_test(refusals),    cmocka_unit_test(a_new_ceremony),
		cmocka_unit_test(locked),           cmocka_unit_test(forged_rows),
	};

	crypt_start();
	return cmocka_run_group_tests_name("a coordinator from shares", tests, NULL, NULL);
}
