/* core.c — the table of verbs, who may ask them, and the life of an unsealed vault. */
#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "log.h"

static struct err *asked(struct ask *k)
{
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "question of verb %d is not of the right form", (int)k->verb);
	return NULL;
}

static struct err *on_status(struct vaultd *v, struct ask *k)
{
	struct vault_status s = {.sealed = v->sealed,
				 .empty = v->empty,
				 .demonstration = v->demonstration,
				 .generation = v->generation,
				 .audit_size = v->sealed ? 0 : v->audit.walk.tree.n,
				 .now = k->now,
				 .recovery = !v->sealed && v->store.recovery.card.total,
				 .escrow_missing = v->sealed ? 0 : escrow_missing(&v->store),
				 .backup_at = v->sealed ? 0 : v->audit.backup_at};

	TRY(asked(k));
	code_status(&k->out, &s);
	return NULL;
}

static struct err *on_unseal(struct vaultd *v, struct ask *k)
{
	str secret = STR("");

	code_str(&k->in, &secret, PACKET);
	TRY(asked(k));
	if (!v->sealed)
		return NULL;
	if (files_flush_failed())
		return FAIL(k->a, UNAVAILABLE, NULL, CANNOT_WRITE);
	if (v->empty)
		return FAIL(k->a, UNAVAILABLE, NULL, "there is no keyring in this directory");
	if (k->now < v->unseal_after)
		return FAIL(k->a, RATE, NULL, "a wrong passphrase was given a moment ago");
	v->unseal_after = k->now + 1000;
	TRY(core_unseal(v, k->a, secret, k->now));
	v->unseal_after = 0;
	return NULL;
}

static struct err *on_web_keys(struct vaultd *v, struct ask *k)
{
	struct web_keys w = {v->keys->tenant, v->keys->head, v->keys->csrf, v->keys->token};

	TRY(asked(k));
	code_web_keys(&k->out, &w);
	crypt_wipe(&w, sizeof w);
	return NULL;
}

enum need { TOKEN_NONE, TOKEN_RAW, TOKEN_OPTIONAL, TOKEN_NEEDED };
static const struct verb_row {
	struct err *(*handle)(struct vaultd *, struct ask *);
	const char *action; /* in the audit when it is refused */
	enum need token;
	enum may may; /* of whom has a session; MAY_UNSET: the handler decides */
	bool when_sealed;
} verbs[VERBS] = {
	[VERB_STATUS] = {on_status, NULL, TOKEN_NONE, MAY_UNSET, true},
	[VERB_UNSEAL] = {on_unseal, NULL, TOKEN_NONE, MAY_UNSET, true},
	[VERB_WEB_KEYS] = {on_web_keys, NULL, TOKEN_NONE, MAY_UNSET, false},
	[VERB_SIGNIN_START] = {on_signin_start, "signin.start", TOKEN_NONE, MAY_UNSET, false},
	[VERB_SIGNIN] = {on_signin, "signin", TOKEN_NONE, MAY_UNSET, false},
	[VERB_SESSION] = {on_session, NULL, TOKEN_NEEDED, MAY_UNSET, false},
	[VERB_SIGNOUT] = {on_signout, "signout", TOKEN_NEEDED, MAY_UNSET, false},
	[VERB_ACCOUNT] = {on_account, "user.unknown", TOKEN_OPTIONAL, MAY_UNSET, false},
	[VERB_STAFF] = {on_staff, NULL, TOKEN_NONE, MAY_UNSET, false},
	[VERB_OFFICE_NEW] = {on_office_new, "office.new", TOKEN_OPTIONAL, MAY_ASSIGN, false},
	[VERB_OBJECT] = {on_object, "case.new", TOKEN_OPTIONAL, MAY_UNSET, false},
	[VERB_SHARE] = {on_share, "case.share", TOKEN_NEEDED, MAY_CASE_CREATE, false},
	[VERB_OPEN] = {on_open, "case.open", TOKEN_NEEDED, MAY_UNSET, false},
	[VERB_INDEX] = {on_index, "index.open", TOKEN_OPTIONAL, MAY_UNSET, false},
	[VERB_ACCESS] = {on_access, "access", TOKEN_OPTIONAL, MAY_UNSET, false},
	[VERB_HEAD] = {on_head, "head.unknown", TOKEN_NONE, MAY_UNSET, false},
	[VERB_AUDIT] = {on_audit, NULL, TOKEN_OPTIONAL, MAY_UNSET, false},
	[VERB_AUDIT_READ] = {on_audit_read, "audit.read", TOKEN_NEEDED, MAY_UNSET, false},
	[VERB_STASH] = {on_stash, NULL, TOKEN_RAW, MAY_UNSET, false},
};

static struct err *admit(struct vaultd *v, struct ask *k, const struct verb_row *row)
{
	if (v->failed)
		return FAIL(k->a, UNAVAILABLE, NULL, CANNOT_WRITE);
	if (!row->handle)
		return FAIL(k->a, MALFORMED, NULL, "no such verb");
	if (v->sealed && !row->when_sealed)
		return FAIL(k->a, UNAVAILABLE, NULL, "the vault is sealed");
	if (row->token == TOKEN_NONE)
		return NULL;
	code_token(&k->in, &k->token);
	if (row->token == TOKEN_RAW ||
	    (row->token == TOKEN_OPTIONAL && crypt_equal(&k->token, &NO_TOKEN, sizeof k->token)))
		return NULL;
	TRY(session_find(v, k));
	if (row->may != MAY_UNSET && !role_may(k->user->role, row->may))
		return FAIL(k->a, DENIED, NULL, "role %s may not do this", roles[k->user->role].code);
	return NULL;
}

static bool audited(const struct err *e)
{
	return e->kind == ERR_DENIED || e->kind == ERR_NOT_FOUND || e->kind == ERR_RATE || e->kind == ERR_INTERNAL ||
	       e->kind == ERR_CONFLICT;
}

static __attribute__((noinline)) struct err *handle(struct vaultd *v, struct ask *k)
{
	const struct verb_row *row = &verbs[k->verb < VERBS ? k->verb : VERB_NONE];
	struct err *e = admit(v, k, row), *worse;

	if (!e)
		e = row->handle(v, k);
	if (!e && k->out.bad)
		e = FAIL(k->a, TOO_BIG, NULL, "answer of verb %d does not fit", (int)k->verb);
	if (e && (k->action || row->action) && (k->told || audited(e))) {
		worse = core_note_refusal(v, k, k->action ? k->action : row->action);
		e = worse ? worse : e;
	}
	if (e) {
		crypt_wipe(k->out.p, k->out.at);
		k->out.at = 0;
		k->out.bad = false;
		code_bytes(&k->out, (void *)(uintptr_t)e->detail.p, e->detail.n < 200 ? e->detail.n : 200);
	}
	return e;
}

/* However it ended, and wherever a handler left it, no key outlives its question: not on the stack, not in the answer
 * that was refused after all.  What handlers put into the arena goes with the turn. */
struct err *core_handle(struct vaultd *v, struct ask *k)
{
	struct err *e = handle(v, k);

	crypt_wipe(&k->secret, sizeof k->secret);
	k->have_secret = false;
	stack_wipe();
	return e;
}

struct err *core_note(struct vaultd *v, struct ask *k, const char *action, bool done)
{
	struct audit_entry e = k->note;

	e.at = k->now;
	e.done = done;
	e.role = ROLE_PUBLIC;
	if (k->user) {
		e.actor = k->user->id.v;
		e.role = (uint8_t)k->user->role;
	}
	if (k->session)
		memcpy(e.session, k->session->id.b, sizeof e.session);
	memset(e.action, 0, sizeof e.action);
	memcpy(e.action, action, strnlen(action, ACTION_MAX));
	if (!audit_add(&v->audit, e))
		return FAIL(k->a, UNAVAILABLE, NULL, "too many audit entries in one turn");
	return NULL;
}

static struct err *check_roots(struct vaultd *v, struct arena *a)
{
	struct sign_pair root;
	bool good;

	crypt_sign_from_seed(v->keys->root_seed, &root);
	crypt_sign_from_seed(v->keys->delegate_seed, &v->delegate);
	good = crypt_verify(root.pk, (str){(char *)v->delegate.pk, 32}, v->keys->delegate_cert);
	crypt_wipe(&root, sizeof root);
	if (!good)
		return FAIL(a, CONFIG, NULL, "the delegate key is not signed by the root");
	if (v->audit.store_seq > v->store.seq)
		return FAIL(
			a, CONFIG, NULL,
			"the vault's store is older than the audit log (%llu, expected %llu): put back the newest copy",
			(unsigned long long)v->store.seq, (unsigned long long)v->audit.store_seq);
	return NULL;
}

/* The keys reach the disk before the rows that name their objects: none is named in an end that a power cut tore, so what is
 * missing then was acknowledged once, and nothing is cut.  A loss that somebody has accepted is marked, and is none any
 * more. */
static struct err *check_keys(struct vaultd *v, struct arena *a)
{
	size_t lost = shred_lost(v, v->shred.torn == 0);

	if (lost && v->shred.torn)
		return FAIL(
			a, CONFIG, NULL,
			"the file of shred keys is damaged: %zu files have no key, and behind byte %llu it cannot be "
			"read: put back the newest copy of its ring",
			lost, (unsigned long long)v->shred.size);
	return NULL;
}

static struct err *open_files(struct vaultd *v, struct arena *a, msec now)
{
	struct audit_entry start = {.at = now, .done = true, .role = ROLE_NONE, .action = "vault.unseal"};
	size_t missing;
	str origin;

	TRY(file_settle(a, v->dir, "vault"));
	TRY(store_open(a, &v->store, v->dir, v->keys->tenant, &v->keys->store));
	TRY(shred_open(a, &v->shred, v->dir, v->keys->tenant, &v->keys->store));
	origin = keyring_origin(v->life, v->keys->tenant);
	TRY(audit_open(a, &v->audit, v->dir, origin, v->keys->audit_seed, now));
	TRY(check_roots(v, a));
	erase_replay(v); /* in memory only, so far */
	TRY(check_keys(v, a));
	TRY(shred_mend(a, &v->shred));
	TRY(store_mend(a, &v->store));
	missing = shred_missing(v);
	if (missing)
		log_error("%zu files have no key in the key store and cannot be opened: put back the newest copy of "
			  "its ring",
			  missing);
	if (!audit_add(&v->audit, start))
		return FAIL(a, UNAVAILABLE, NULL, "the audit log takes no entry");
	return NULL;
}

/* The rows are on the disk and their audit entries are not: read back, they would be in force, and nothing told of them.
 * The log first, for a whole entry of it may name the frame that goes. */
static void take_back(struct vaultd *v, struct arena *a, uint64_t size, uint64_t seq, uint64_t entries)
{
	struct err *e = file_cut(a, v->audit.fd, entries * AUDIT_ENTRY);

	if (!e)
		e = file_cut(a, v->store.fd, size);
	if (e) {
		log_err(e);
		return;
	}
	v->store.size = size;
	v->store.seq = seq;
}

struct err *core_commit(struct vaultd *v, struct arena *a, msec now)
{
	uint64_t size = v->store.size, seq = v->store.seq, entries = v->audit.walk.tree.n;
	struct err *e;

	TRY(shred_commit(a, &v->shred));
	TRY(store_commit(a, &v->store, now));
	e = audit_commit(a, &v->audit, v->store.seq);
	if (e && !files_flush_failed() && v->store.size != size)
		take_back(v, a, size, seq, entries);
	return e;
}

struct err *core_alone(struct arena *a, const char *dir,
		       struct err *(*act)(struct vaultd *v, struct arena *a, void *arg), void *arg)
{
	struct vaultd *v = big_alloc(sizeof *v);
	struct err *e;

	v->life = a;
	v->sealed = true;
	e = vault_dir(a, dir, false, true, &v->dir);
	if (!e) {
		e = act(v, a, arg);
		core_seal(v);
		close(v->dir);
	}
	crypt_wipe(v, sizeof *v);
	free(v);
	return e;
}

struct err *core_unseal(struct vaultd *v, struct arena *a, str secret, msec now)
{
	struct err *e = NULL;

	if (!v->keys) {
		void *p = NULL;
		struct err *unlocked = crypt_locked(a, sizeof *v->keys, &p);

		if (unlocked)
			log_warn("keys may reach the swap: %.*s", STR_ARG(unlocked->detail));
		v->keys_locked = !unlocked;
		v->keys = p ? p : big_alloc(sizeof *v->keys);
	}
	v->store.fd = v->shred.fd = v->audit.fd = v->audit.notes_fd = -1;
	e = keyring_load(a, v->dir, secret, v->keys);
	if (!e)
		e = open_files(v, a, now);
	if (e) {
		core_seal(v);
		return e;
	}
	v->challenges = crypt_key_new();
	random_bytes(v->nobody.slots, sizeof v->nobody.slots);
	random_bytes(v->nobody.totp, sizeof v->nobody.totp);
	v->nobody.id.v = id_random();
	v->sealed = false;
	return NULL;
}

static void close_files(struct vaultd *v)
{
	store_close(&v->store);
	shred_close(&v->shred);
	audit_close(&v->audit);
}

struct err *core_reopen(struct vaultd *v, struct arena *a, msec now)
{
	TRY(file_room(a, v->dir));
	close_files(v);
	map_free(&v->reveals, free);
	return open_files(v, a, now);
}

void core_seal(struct vaultd *v)
{
	v->sealed = true;
	if (!v->keys)
		return;
	close_files(v);
	map_free(&v->refusals, free);
	map_free(&v->reveals, free);
	map_free(&v->answered, free);
	while (v->fresh) {
		struct fresh_group *f = v->fresh;

		v->fresh = f->next;
		crypt_wipe(f, sizeof *f);
		free(f);
	}
	crypt_wipe(&v->delegate, sizeof v->delegate);
	crypt_wipe(v->keys, sizeof *v->keys);
	if (v->keys_locked)
		crypt_unlocked_free(v->keys);
	else
		free(v->keys);
	v->keys = NULL;
}
