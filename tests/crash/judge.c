/* judge.c — the database through SQLite's own recovery, the vault's files through the vault's own start. */
#include "judge.h"

#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit_file.h"
#include "files.h"

#define WRONG(a, ...) FAIL(a, INVALID, NULL, __VA_ARGS__)

static int64_t now_of_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000;
}

/* --- the database --------------------------------------------------------------------------------------------- */

static struct err *open_database(struct arena *a, const char *data, sqlite3 **out)
{
	const char *path = arena_fmt(a, "%s/rivage.db", data).p;

	*out = NULL;
	if (access(path, F_OK) != 0)
		return NULL;
	if (sqlite3_open_v2(path, out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return WRONG(a, "the database does not open: %s", sqlite3_errmsg(*out));
	return NULL;
}

static void hash_row(crypto_generichash_state *h, sqlite3_stmt *st)
{
	for (int i = 0; i < sqlite3_column_count(st); i++) {
		int type = sqlite3_column_type(st, i), n = sqlite3_column_bytes(st, i);
		sqlite3_int64 number = type == SQLITE_INTEGER ? sqlite3_column_int64(st, i) : n;
		const void *p = type == SQLITE_INTEGER ? NULL : sqlite3_column_blob(st, i);

		crypto_generichash_update(h, (const uint8_t *)&type, sizeof type);
		crypto_generichash_update(h, (const uint8_t *)&number, sizeof number);
		if (p && n > 0)
			crypto_generichash_update(h, p, (unsigned long long)n);
	}
}

static struct err *hash_query(struct arena *a, sqlite3 *db, const char *sql, crypto_generichash_state *h)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		hash_row(h, st);
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_DONE) {
		struct err *e = WRONG(a, "the database cannot be read: %s", sqlite3_errmsg(db));

		sqlite3_finalize(st);
		return e;
	}
	sqlite3_finalize(st);
	return NULL;
}

static struct err *digest(struct arena *a, sqlite3 *db, uint64_t *out)
{
	static const char tables[] = "SELECT 'SELECT * FROM \"' || name || '\" ORDER BY 1, 2' || CASE WHEN name IN "
				     "('record', 'wrap', 'draft') THEN ', 3, 4, 5' ELSE '' END "
				     "FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1";
	crypto_generichash_state h;
	sqlite3_stmt *st = NULL;
	struct err *e;

	crypto_generichash_init(&h, NULL, 0, 32);
	e = hash_query(a, db, "SELECT sql FROM sqlite_schema ORDER BY name", &h);
	if (!e && sqlite3_prepare_v2(db, tables, -1, &st, NULL) != SQLITE_OK)
		e = WRONG(a, "the database cannot be read: %s", sqlite3_errmsg(db));
	while (!e && sqlite3_step(st) == SQLITE_ROW)
		e = hash_query(a, db, (const char *)sqlite3_column_text(st, 0), &h);
	sqlite3_finalize(st);
	if (!e) {
		uint8_t whole[32];

		crypto_generichash_final(&h, whole, sizeof whole);
		memcpy(out, whole, sizeof *out);
	}
	return e;
}

static int not_ok(void *arg, int n, char **values, char **names)
{
	(void)names;
	if (n > 0 && values[0] && strcmp(values[0], "ok") != 0)
		*(bool *)arg = true;
	return 0;
}

static struct err *sound(struct arena *a, sqlite3 *db)
{
	bool bad = false;

	if (sqlite3_exec(db, "PRAGMA integrity_check", not_ok, &bad, NULL) != SQLITE_OK || bad)
		return WRONG(a, "the database is damaged: %s", sqlite3_errmsg(db));
	return NULL;
}

/* --- the vault ------------------------------------------------------------------------------------------------ */

static struct err *open_vault(struct arena *a, const char *data, str secret, struct vaultd *v)
{
	static const struct vault_config conf;
	struct err *e;
	bool is;
	uint64_t generation;

	v->conf = &conf;
	v->life = a;
	v->sealed = true;
	v->dir = -1;
	e = vault_dir(a, data, false, true, &v->dir);
	if (!e)
		e = keyring_peek(a, v->dir, &is, &generation);
	if (e) {
		v->empty = e->kind == ERR_NOT_FOUND;
		return v->empty ? NULL : e;
	}
	return core_unseal(v, a, secret, now_of_clock());
}

static void close_vault(struct vaultd *v)
{
	core_seal(v);
	if (v->dir >= 0)
		close(v->dir);
	crypt_wipe(v, sizeof *v);
}

static struct err *look_at(struct arena *a, struct vaultd *v, sqlite3 *db, struct look *out)
{
	*out = (struct look){.vault = !v->empty,
			     .frames = v->store.seq,
			     .generation = v->shred.generation,
			     .keys = v->shred.seq,
			     .entries = v->audit.walk.tree.n,
			     .under = v->audit.signed_size};
	return db ? digest(a, db, &out->database) : NULL;
}

struct err *judge_look(struct arena *a, const char *data, str secret, struct look *out)
{
	struct vaultd *v = big_alloc(sizeof *v);
	sqlite3 *db = NULL;
	struct err *e = open_vault(a, data, secret, v);

	if (!e)
		e = open_database(a, data, &db);
	if (!e)
		e = look_at(a, v, db, out);
	sqlite3_close(db);
	close_vault(v);
	free(v);
	return e;
}

/* --- what must hold ------------------------------------------------------------------------------------------- */

static struct err *nothing_lost(struct arena *a, const struct look *s, const struct expected *e)
{
	const struct look *least = &e->least;
	bool known = !e->n_databases;

	for (size_t i = 0; i < e->n_databases; i++)
		known |= e->databases[i] == s->database;
	if (!known)
		return WRONG(a, "the database is in a state in which it never was, or from before an acknowledgement");
	if (!s->vault)
		return e->made ? WRONG(a, "the keyring is lost") : NULL;
	if (s->frames < least->frames)
		return WRONG(a, "the store lost frames: %llu, acknowledged %llu", (unsigned long long)s->frames,
			     (unsigned long long)least->frames);
	if (s->generation < least->generation || (s->generation == least->generation && s->keys < least->keys))
		return WRONG(a, "shred keys are lost: %llu.%llu, acknowledged %llu.%llu",
			     (unsigned long long)s->generation, (unsigned long long)s->keys,
			     (unsigned long long)least->generation, (unsigned long long)least->keys);
	if (s->entries < least->entries)
		return WRONG(a, "entries of the audit log are lost: %llu, acknowledged %llu",
			     (unsigned long long)s->entries, (unsigned long long)least->entries);
	if (s->under < least->under)
		return WRONG(a, "a signed checkpoint is lost");
	return NULL;
}

static struct err *accounts_kept(struct arena *a, struct vaultd *v, const struct expected *e)
{
	for (size_t i = 0; i < e->n_accounts; i++) {
		const struct account_seen *want = &e->accounts[i];
		const struct st_user *u = map_get(&v->store.users, want->id);

		if (want->state && !u)
			return WRONG(a, "an account is lost");
		if (want->state && (int)u->state != want->state && (int)u->state != want->next)
			return WRONG(a, "an account is in state %d, acknowledged %d", (int)u->state, want->state);
	}
	return NULL;
}

/* Every row of the database has its keys in the vault, every head is one that the vault knows. */
static struct err *row_has_keys(struct arena *a, struct vaultd *v, struct id object, str head)
{
	const struct st_object *o = map_get(&v->store.objects, object);
	uint8_t digest_of[32];
	bool known = head.p == NULL;

	if (erased(v, (case_id){object}))
		return NULL; /* the rows follow at the next start of web */
	if (!o || !o->made || !shred_of(&v->shred, (case_id){object}))
		return WRONG(a, "a row of the database has no key in the vault");
	crypt_sha256(head, digest_of);
	known |= o->has_head && memcmp(digest_of, o->prev, 32) == 0;
	for (int i = 0; i < o->n_next; i++)
		known |= memcmp(digest_of, o->next[i], 32) == 0;
	return known ? NULL : WRONG(a, "the vault does not know a head that the database holds");
}

static struct err *rows_have_keys(struct arena *a, struct vaultd *v, sqlite3 *db)
{
	static const char *const queries[] = {"SELECT id, head FROM kase", "SELECT DISTINCT object, NULL FROM wrap",
					      "SELECT DISTINCT object, NULL FROM record"};
	struct err *e = NULL;

	for (size_t q = 0; q < sizeof queries / sizeof *queries && !e; q++) {
		sqlite3_stmt *st;

		if (sqlite3_prepare_v2(db, queries[q], -1, &st, NULL) != SQLITE_OK)
			return NULL; /* before the first migration */
		while (!e && sqlite3_step(st) == SQLITE_ROW) {
			struct id object;
			str head = {sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1)};

			memcpy(object.b, sqlite3_column_blob(st, 0), sizeof object.b);
			e = row_has_keys(a, v, object, head);
		}
		sqlite3_finalize(st);
	}
	return e;
}

/* Keys made for a file whose writing was cut short open nothing: counted, and never of a row. */
static size_t spare(const struct vaultd *v)
{
	const struct shred_key *k;
	size_t n = 0;

	for (size_t i = 0; (k = map_next(&v->shred.keys, &i));)
		n += map_get(&v->store.objects, k->object) == NULL;
	return n;
}

static int64_t count(sqlite3 *db, const char *sql, const struct id *first, const struct id *second)
{
	sqlite3_stmt *st;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_blob(st, 1, first->b, sizeof first->b, SQLITE_STATIC);
	if (second)
		sqlite3_bind_blob(st, 2, second->b, sizeof second->b, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static struct err *notes_kept(struct arena *a, sqlite3 *db, const struct expected *e)
{
	for (size_t i = 0; i < e->n_notes; i++)
		if (!db || count(db, "SELECT count(*) FROM record WHERE object = ?1 AND id = ?2", &e->notes[i].object,
				 &e->notes[i].record) < 1)
			return WRONG(a, "a form that was acknowledged is lost");
	return NULL;
}

static struct err *stays_erased(struct arena *a, struct vaultd *v, sqlite3 *db, struct id object)
{
	if (id_is_zero(object))
		return NULL;
	if (!erased(v, (case_id){object}) || shred_of(&v->shred, (case_id){object}))
		return WRONG(a, "an erased file has its key again");
	if (!db || count(db,
			 "SELECT (SELECT count(*) FROM kase WHERE id = ?1) + (SELECT count(*) FROM record WHERE "
			 "object = ?1) + (SELECT count(*) FROM wrap WHERE object = ?1)",
			 &object, NULL) != 0)
		return WRONG(a, "an erased file has its rows again");
	return NULL;
}

/* A coordinator from shares has nothing, not even an account, before the log and an alert tell of her. */
static struct err *told_before_given(struct arena *a, struct vaultd *v)
{
	const struct st_access *x = &v->store.access;
	struct audit_entry entry;
	const struct st_user *u;
	struct st_member *m;

	for (size_t i = 0; (m = map_next(&v->store.members, &i));)
		if (!map_get(&v->store.users, m->user.v))
			return WRONG(a, "keys were given to an account that is not there");
	for (size_t i = 0; (u = map_next(&v->store.users, &i));) {
		bool alert = false;
		size_t n = 0;

		if (!u->invite_from)
			continue;
		TRY(audit_lines(a, &v->audit, u->id.v, 0, &entry, 1, &n));
		for (size_t j = 0; j < x->n_alerts; j++)
			alert |= x->alerts[j]->kind == ALARM_COORDINATOR && id_eq(x->alerts[j]->who.v, u->id.v);
		if (!n || strcmp(entry.action, "recovery.coordinator") != 0 || entry.seq >= v->audit.signed_size ||
		    !alert)
			return WRONG(a, "a coordinator was made from shares, and nothing tells of it");
	}
	return NULL;
}

static struct err *what_holds(struct arena *a, struct vaultd *v, sqlite3 *db, const struct expected *e)
{
	if (shred_missing(v))
		return WRONG(a, "%zu files have no key that shreds", shred_missing(v));
	TRY(accounts_kept(a, v, e));
	TRY(told_before_given(a, v));
	TRY(notes_kept(a, db, e));
	TRY(stays_erased(a, v, db, e->erased));
	return db ? rows_have_keys(a, v, db) : NULL;
}

/* It goes on: what a start mends and adds is written, and all of it is good at the next start too. */
static struct err *goes_on(struct arena *a, const char *data, str secret, struct vaultd *v)
{
	struct audit_report r;

	TRY(core_commit(v, a, now_of_clock()));
	close_vault(v);
	TRY(audit_verify(a, data, (str){0}, &r));
	if (!r.good || r.torn || r.torn_notes)
		return WRONG(a, "the audit log does not verify: %s", r.fault ? r.fault : "torn behind a start");
	return open_vault(a, data, secret, v);
}

static struct err *judge_opened(struct arena *a, const char *data, str secret, const struct expected *e,
				struct vaultd *v, sqlite3 *db, size_t *spare_keys)
{
	struct look s;

	if (db)
		TRY(sound(a, db));
	TRY(look_at(a, v, db, &s));
	TRY(nothing_lost(a, &s, e));
	if (!s.vault)
		return NULL;
	TRY(what_holds(a, v, db, e));
	*spare_keys = spare(v);
	return goes_on(a, data, secret, v);
}

struct err *judge(struct arena *a, const char *data, str secret, const struct expected *e, size_t *spare_keys)
{
	struct vaultd *v = big_alloc(sizeof *v);
	sqlite3 *db = NULL;
	struct err *bad = open_vault(a, data, secret, v);

	*spare_keys = 0;
	if (!bad)
		bad = open_database(a, data, &db);
	if (!bad)
		bad = judge_opened(a, data, secret, e, v, db, spare_keys);
	sqlite3_close(db);
	close_vault(v);
	free(v);
	return bad;
}
