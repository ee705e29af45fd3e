/* erase_test.c — erasure through a real vault: two people, no way back but a copy of the key store that is still kept,
 * and not even that one once a tombstone is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "audit_query.h"
#include "files.h"
#include "keyring.h"
#include "shred.h"
#include "files_fixture.h"

static struct person first, coo, dpo, cmf;

static case_id new_case(struct world *w, struct wrap **wraps)
{
	case_id id = {id_random()};
	uint8_t none[32] = {0}, head[32] = {1};
	str paris = STR("PARIS");
	struct case_key *k;
	size_t n, n_k;

	OK(vault_object_new(w->v, w->a, coo.t, id, DOSSIER_FR, COMP_BIT(COMP_IDENTITY), &paris, 1, wraps, &n, &k,
			    &n_k));
	OK(vault_head_next(w->v, w->a, id, none, head));
	return id;
}

static struct err *open_it(struct world *w, case_id id, const struct wrap *wraps)
{
	struct case_key *k;
	size_t n;

	return vault_open(w->v, w->a, coo.t, id, PURPOSE_READ, NULL, wraps, 1, &k, &n);
}

static void people(struct world *w)
{
	world_new(w);
	coo = (struct person){.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	dpo = (struct person){.login = "dpo", .role = ROLE_DPO, .office = "PARIS"};
	cmf = (struct person){.login = "cmf", .role = ROLE_CMF, .office = "PARIS"};
	first = (struct person){.login = "first", .role = ROLE_COO, .office = "PARIS"};
	person_new(w, &first, NO_TOKEN);
	person_in(w, &first);
	person_new(w, &coo, first.t);
	person_in(w, &coo);
	person_new(w, &dpo, first.t);
	person_in(w, &dpo);
	person_new(w, &cmf, coo.t);
	person_in(w, &cmf);
}

static void restart(struct world *w)
{
	world_stop(w, SIGTERM);
	world_start(w, NULL);
	world_unseal(w);
}

static void a_hold(struct world *w, case_id id)
{
	bool is;

	KIND(NOT_FOUND, vault_hold(w->v, w->a, cmf.t, id)); /* not hers */
	OK(vault_held(w->v, w->a, coo.t, id, &is));
	assert_false(is);
	OK(vault_hold(w->v, w->a, coo.t, id));
	OK(vault_hold(w->v, w->a, coo.t, id));
	restart(w);
	OK(vault_held(w->v, w->a, dpo.t, id, &is));
	assert_true(is);
	KIND(NOT_FOUND, vault_held(w->v, w->a, cmf.t, id, &is));
	KIND(DENIED, vault_held(w->v, w->a, NO_TOKEN, id, &is));
	KIND(NOT_FOUND, vault_hold(w->v, w->a, coo.t, (case_id){id_random()}));
	KIND(DENIED, vault_hold(w->v, w->a, NO_TOKEN, id));
	KIND(INVALID, vault_erase_ask(w->v, w->a, coo.t, id));
	KIND(DENIED, vault_release(w->v, w->a, cmf.t, id));
	OK(vault_release(w->v, w->a, dpo.t, id));
	OK(vault_held(w->v, w->a, dpo.t, id, &is));
	assert_false(is);
	OK(vault_release(w->v, w->a, dpo.t, id));
}

/* After a restart as well; another file is not touched. */
static void is_gone(struct world *w, case_id id, const struct wrap *wraps, case_id other, const struct wrap *others)
{
	uint8_t head[32] = {1}, next[32] = {2};
	str paris = STR("PARIS");
	struct erasure said;
	struct wrap *again;
	struct case_key *k;
	size_t n;
	bool is;

	for (int round = 0; round < 2; round++) {
		OK(vault_erased(w->v, w->a, id, &is, &said));
		assert_true(is && id_eq(said.asked.v, coo.id.v) && id_eq(said.confirmed.v, dpo.id.v) && said.at > 0);
		KIND(NOT_FOUND, open_it(w, id, wraps));
		KIND(NOT_FOUND, vault_head_next(w->v, w->a, id, head, next));
		KIND(NOT_FOUND, vault_object_new(w->v, w->a, coo.t, id, DOSSIER_FR, 1, &paris, 1, &again, &n, &k, &n));
		OK(open_it(w, other, others));
		OK(vault_erased(w->v, w->a, other, &is, &said));
		assert_false(is);
		restart(w);
	}
}

static void two_people(void **state)
{
	struct wrap *wraps, *others;
	struct erasure said;
	struct world w;
	case_id id, other;
	bool is;

	(void)state;
	people(&w);
	id = new_case(&w, &wraps);
	other = new_case(&w, &others);
	KIND(NOT_FOUND, vault_erase(w.v, w.a, dpo.t, id)); /* nobody asked */
	KIND(DENIED, vault_erase_ask(w.v, w.a, cmf.t, id));
	KIND(DENIED, vault_erase_ask(w.v, w.a, NO_TOKEN, id));
	KIND(NOT_FOUND, vault_erase_ask(w.v, w.a, coo.t, (case_id){id_random()}));
	a_hold(&w, id);
	OK(vault_erase_ask(w.v, w.a, coo.t, id));
	OK(vault_hold(w.v, w.a, dpo.t, id)); /* between asking and confirming */
	KIND(INVALID, vault_erase(w.v, w.a, dpo.t, id));
	OK(vault_release(w.v, w.a, coo.t, id));
	KIND(CONFLICT, vault_erase_ask(w.v, w.a, dpo.t, id));
	KIND(DENIED, vault_erase(w.v, w.a, coo.t, id)); /* the same person */
	OK(vault_erase_withdraw(w.v, w.a, dpo.t, id));
	KIND(NOT_FOUND, vault_erase_withdraw(w.v, w.a, dpo.t, id));
	KIND(NOT_FOUND, vault_erase(w.v, w.a, dpo.t, id));
	OK(open_it(&w, id, wraps));
	OK(vault_erase_ask(w.v, w.a, coo.t, id));
	restart(&w);
	KIND(DENIED, vault_erase(w.v, w.a, coo.t, id));
	OK(vault_erased(w.v, w.a, id, &is, &said));
	assert_false(is);
	OK(vault_erase(w.v, w.a, dpo.t, id));
	OK(vault_erase(w.v, w.a, dpo.t, id)); /* once more changes nothing */
	is_gone(&w, id, wraps, other, others);
	world_end(&w);
}

/* Of what was refused about this file: how often, under that name. */
static size_t told(struct world *w, case_id id, const char *action)
{
	struct audit_query q = {.object = id, .kind = AUDIT_REFUSED};
	struct audit_found f;
	size_t n = 0;

	OK(vault_audit_find(w->v, w->a, dpo.t, &q, &f));
	for (size_t i = 0; i < f.n; i++)
		n += strcmp(f.lines[i].action, action) == 0;
	return n;
}

/* Who tried to have a file erased that a court may still ask for stands in the log, whoever it was. */
static void a_hold_is_told(void **state)
{
	struct wrap *wraps;
	struct world w;
	case_id id;

	(void)state;
	people(&w);
	id = new_case(&w, &wraps);
	OK(vault_hold(w.v, w.a, coo.t, id));
	assert_int_equal(told(&w, id, "erase.ask"), 0);
	KIND(INVALID, vault_erase_ask(w.v, w.a, coo.t, id));
	assert_int_equal(told(&w, id, "erase.ask"), 1);
	OK(vault_release(w.v, w.a, dpo.t, id));
	OK(vault_erase_ask(w.v, w.a, coo.t, id));
	OK(vault_hold(w.v, w.a, coo.t, id));
	KIND(INVALID, vault_erase(w.v, w.a, dpo.t, id));
	assert_int_equal(told(&w, id, "case.erase"), 1);
	assert_int_equal(told(&w, id, "erase.ask"), 1);
	OK(open_it(&w, id, wraps));
	world_end(&w);
}

/* Whether this key store, opened with the keyring, still has the case's key. */
static bool key_kept(struct world *w, str keys, case_id id)
{
	int dir = open(arena_fmt(w->a, "%s/vault", w->dir).p, O_RDONLY);
	struct keyring *k = NEW(w->a, struct keyring);
	struct shred s;
	bool kept;

	OK(keyring_load(w->a, dir, PASSPHRASE, k));
	OK(shred_read(w->a, &s, k->tenant, &k->store, keys));
	kept = shred_of(&s, id) != NULL;
	shred_close(&s);
	close(dir);
	return kept;
}

/* Whoever made the account of the other, or a link for it, could be both. */
static void two_hands(void **state)
{
	struct person made = {.login = "made", .role = ROLE_DPO, .office = "PARIS"};
	struct new_secrets s = {0};
	struct invite link;
	struct wrap *wraps;
	uint8_t totp[20];
	struct world w;
	case_id id;

	(void)state;
	people(&w);
	id = new_case(&w, &wraps);
	person_new(&w, &made, coo.t);
	person_in(&w, &made);
	OK(vault_erase_ask(w.v, w.a, coo.t, id));
	KIND(DENIED, vault_erase(w.v, w.a, made.t, id));
	OK(vault_erase_withdraw(w.v, w.a, coo.t, id));
	OK(vault_erase_ask(w.v, w.a, made.t, id)); /* the other way round */
	KIND(DENIED, vault_erase(w.v, w.a, coo.t, id));
	OK(vault_erase_withdraw(w.v, w.a, coo.t, id));
	OK(vault_account_renew(w.v, w.a, coo.t, dpo.id, &link)); /* a link for an account of another's making */
	random_bytes(&s, sizeof s);
	s.password = world_pre(&w, PERSON_PASSWORD, s.salt);
	OK(vault_account_accept(w.v, w.a, &link, &s, totp));
	memcpy(dpo.totp, totp, sizeof totp);
	test_clock->shift += 30000;
	person_in(&w, &dpo);
	OK(vault_erase_ask(w.v, w.a, coo.t, id));
	restart(&w);
	KIND(DENIED, vault_erase(w.v, w.a, dpo.t, id));
	OK(open_it(&w, id, wraps));
	test_clock->shift += 30000;
	person_in(&w, &first);
	KIND(DENIED, vault_erase(w.v, w.a, first.t, id)); /* made the coordinator who asks */
	KIND(DENIED, vault_erase(w.v, w.a, made.t, id));
	world_end(&w);
}

#define REASON STR("She rang; her own case manager is on leave.")

static str reason_told(struct world *w)
{
	struct alarm *list;
	size_t n;

	OK(vault_alerts(w->v, w->a, dpo.t, false, 0, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (list[i].kind == ALARM_GLASS)
			return list[i].reason;
	fail_msg("no alert of a broken glass");
	return STR("");
}

/* What was typed about a file goes with it; the alert stays, without a word. */
static void the_reason_goes_too(void **state)
{
	struct person other = {.login = "other", .role = ROLE_CMF, .office = "PARIS"};
	struct world w;
	case_id id;
	struct wrap *wraps;

	(void)state;
	people(&w);
	person_new(&w, &other, coo.t);
	person_in(&w, &other);
	id = new_case(&w, &wraps);
	OK(vault_glass(w.v, w.a, other.t, id, REASON));
	assert_true(str_eq(reason_told(&w), REASON));
	restart(&w);
	assert_true(str_eq(reason_told(&w), REASON));
	OK(vault_erase_ask(w.v, w.a, coo.t, id));
	OK(vault_erase(w.v, w.a, dpo.t, id));
	assert_int_equal(reason_told(&w).n, 0);
	restart(&w);
	assert_int_equal(reason_told(&w).n, 0);
	world_end(&w);
}

/* The programme's registers have a head in the vault like a case, and are none. */
static void registers_are_not_erased(void **state)
{
	uint8_t none[32] = {0}, head[32] = {7};
	str paris = STR("PARIS");
	struct wrap *wraps;
	struct case_key *k;
	struct world w;
	case_id id = {id_random()};
	size_t n;

	(void)state;
	people(&w);
	OK(vault_object_new(w.v, w.a, coo.t, id, DOSSIER_FR, COMP_BIT(COMP_TRAINING), &paris, 1, &wraps, &n, &k, &n));
	OK(vault_head_next(w.v, w.a, id, none, head));
	KIND(NOT_FOUND, vault_erase_ask(w.v, w.a, coo.t, id));
	KIND(NOT_FOUND, vault_hold(w.v, w.a, coo.t, id));
	restart(&w);
	KIND(NOT_FOUND, vault_erase_ask(w.v, w.a, coo.t, id));
	world_end(&w);
}

/* A key store from before the erasure is put back: its key is destroyed again at the next start.  So is a tombstone
 * that only the key store knows. */
static void put_back(void **state)
{
	struct wrap *wraps, *others;
	struct world w;
	case_id id, other;
	str keys, keys_now, store, trail, notes;

	(void)state;
	people(&w);
	id = new_case(&w, &wraps);
	other = new_case(&w, &others);
	OK(vault_erase_ask(w.v, w.a, coo.t, id));
	world_stop(&w, SIGTERM);
	keys = file_get(&w, "keys");
	store = file_get(&w, "store");
	trail = file_get(&w, "audit");
	notes = file_get(&w, "audit.checkpoints");
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_erase(w.v, w.a, dpo.t, id));
	world_stop(&w, SIGTERM);
	keys_now = file_get(&w, "keys");
	file_put(&w, "keys", keys); /* older keys, newer store */
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(NOT_FOUND, open_it(&w, id, wraps));
	OK(open_it(&w, other, others));
	world_stop(&w, SIGTERM);
	assert_true(key_kept(&w, keys, id)); /* so that the next line can fail */
	assert_false(key_kept(&w, file_get(&w, "keys"), id));
	assert_true(key_kept(&w, file_get(&w, "keys"), other));
	file_put(&w, "keys", keys_now); /* older everything, newer keys: as after a restore */
	file_put(&w, "store", store);
	file_put(&w, "audit", trail);
	file_put(&w, "audit.checkpoints", notes);
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(NOT_FOUND, open_it(&w, id, wraps));
	OK(open_it(&w, other, others));
	world_stop(&w, SIGTERM);
	file_put(&w, "keys", keys); /* older everything, keys too: what a ring still kept gives back */
	file_put(&w, "store", store);
	file_put(&w, "audit", trail);
	file_put(&w, "audit.checkpoints", notes);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(open_it(&w, id, wraps));
	world_end(&w);
}

static void key_missing(void **state)
{
	struct wrap *wraps;
	struct world w;
	case_id id;
	str keys;

	(void)state;
	people(&w);
	world_stop(&w, SIGTERM);
	keys = file_get(&w, "keys");
	world_start(&w, NULL);
	world_unseal(&w);
	id = new_case(&w, &wraps);
	world_stop(&w, SIGTERM);
	file_put(&w, "keys", keys);
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(UNAVAILABLE, open_it(&w, id, wraps));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_people),          cmocka_unit_test(a_hold_is_told),
		cmocka_unit_test(the_reason_goes_too), cmocka_unit_test(registers_are_not_erased),
		cmocka_unit_test(two_hands),           cmocka_unit_test(put_back),
		cmocka_unit_test(key_missing),
	};

	return cmocka_run_group_tests_name("erasure", tests, NULL, NULL);
}
