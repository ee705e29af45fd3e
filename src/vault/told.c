/* told.c — notes for the audit log. */
#include "told.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"
#include "files.h"
#include "log.h"

#define PLAIN 33u
#define NOTE (PLAIN + CRYPT_WRAP_OVERHEAD)
#define LOOKED_BACK 64 /* entries about one backup */
_Static_assert(TOLD_PLACES <= 32, "a bit each");

static const struct {
	const char *action;
	bool done;
} acts[TOLDS] = {
	[TOLD_MADE] = {AUDIT_BACKUP, true},
	[TOLD_FAILED] = {"backup.failed", false},
	[TOLD_VERIFIED] = {"backup.verified", true},
	[TOLD_UNSOUND] = {"backup.unsound", false},
};

static void code_note(struct codec *c, struct told_note *n)
{
	CODE_ENUM(c, n->what, TOLDS);
	code_id(c, &n->backup);
	code_i64(c, &n->at);
	code_i64(c, &n->entries);
}

static struct seal_at note_place(const struct keyring *k)
{
	return (struct seal_at){.tenant = k->tenant, .table = SEAL_AUDIT, .version = 1};
}

static struct err *seal(struct arena *a, const struct keyring *k, const struct told_note *n, str *out)
{
	struct key key = crypt_derive(&k->store, "told", STR(""));
	struct seal_at at = note_place(k);
	struct told_note copy = *n;
	uint8_t plain[PLAIN];
	struct codec c = codec_writer(plain, sizeof plain);
	struct err *e;

	code_note(&c, &copy);
	e = crypt_wrap(a, &key, &at, codec_written(&c), out);
	crypt_wipe(&key, sizeof key);
	return e;
}

static bool unseal(struct arena *a, const struct keyring *k, str sealed, struct told_note *out)
{
	struct key key = crypt_derive(&k->store, "told", STR(""));
	struct seal_at at = note_place(k);
	struct err *e;
	struct codec c;
	str plain;

	e = crypt_unwrap(a, &key, &at, sealed, &plain);
	crypt_wipe(&key, sizeof key);
	if (e)
		return false;
	c = codec_reader(plain);
	code_note(&c, out);
	return codec_end(&c);
}

static const char *name_of(struct arena *a, int place, const char *more)
{
	return arena_fmt(a, "told.%d%s", place, more).p;
}

/* The vault runs as the owner of the folder, the command perhaps as root: it must be able to read the note. */
static struct err *write_note(struct arena *a, int dir, int fd, str sealed)
{
	struct stat st;

	if (fstat(dir, &st) != 0 || (geteuid() != st.st_uid && fchown(fd, st.st_uid, st.st_gid) != 0))
		return FAIL(a, UNAVAILABLE, NULL, "the owner of the note: %s", strerror(errno));
	return file_append(a, fd, 0, sealed);
}

/* Whole or not at all: written under another name that is its own, then linked to a place that nobody has. */
static struct err *put(struct arena *a, int dir, int place, str sealed, bool *there)
{
	const char *draft = name_of(a, place, ".new"), *name = name_of(a, place, "");
	struct err *e;
	int fd = openat(dir, draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	*there = fd < 0 && errno == EEXIST;
	if (fd < 0)
		return *there ? NULL : FAIL(a, UNAVAILABLE, NULL, "%s: %s", draft, strerror(errno));
	e = write_note(a, dir, fd, sealed);
	close(fd);
	if (!e && linkat(dir, draft, dir, name, 0) != 0) {
		*there = errno == EEXIST;
		e = *there ? NULL : FAIL(a, UNAVAILABLE, NULL, "%s: %s", name, strerror(errno));
	}
	unlinkat(dir, draft, 0);
	if (!e && !*there && fsync(dir) != 0)
		e = FAIL(a, UNAVAILABLE, NULL, "%s: %s", name, strerror(errno));
	return e;
}

struct err *told_leave(struct arena *a, const char *dir, const struct keyring *k, const struct told_note *n, int *place)
{
	bool there = true;
	struct err *e;
	str sealed;
	int fd;

	TRY(seal(a, k, n, &sealed));
	TRY(vault_dir(a, dir, false, false, &fd));
	e = NULL;
	for (*place = 0; !e && there && *place < TOLD_PLACES; ++*place)
		e = put(a, fd, *place, sealed, &there);
	--*place;
	close(fd);
	if (!e && there)
		e = FAIL(a, UNAVAILABLE, NULL,
			 "%d notes wait for the vault already: start the service, and it takes them", TOLD_PLACES);
	return e;
}

bool told_taken(struct arena *a, const char *dir, int place, msec within)
{
	const char *path = arena_fmt(a, "%s/vault/%s", dir, name_of(a, place, "")).p;

	for (msec waited = 0; access(path, F_OK) == 0; waited += 50) {
		if (waited >= within)
			return false;
		usleep(50000);
	}
	return true;
}

/* A note that a crash left behind its entry, or that somebody put back. */
static bool told_before(struct vaultd *v, struct arena *a, const struct audit_entry *e)
{
	struct audit_entry *list = NEWS(a, struct audit_entry, LOOKED_BACK);
	size_t n = 0;

	if (audit_lines(a, &v->audit, e->object, 0, list, LOOKED_BACK, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (list[i].at == e->at && strcmp(list[i].action, e->action) == 0)
			return true;
	return false;
}

/* False: the log takes no more in this turn. */
static bool tell(struct vaultd *v, struct arena *a, str sealed, msec now)
{
	struct audit_entry e = {.at = now, .role = ROLE_NONE, .action = "backup.unknown"};
	struct told_note n;

	if (unseal(a, v->keys, sealed, &n)) {
		e.at = n.at < now ? n.at : now;
		e.object = n.backup;
		e.count = n.entries;
		e.done = acts[n.what].done;
		memset(e.action, 0, sizeof e.action);
		memcpy(e.action, acts[n.what].action, strlen(acts[n.what].action));
		if (told_before(v, a, &e))
			return true;
	} else {
		log_warn("a note for the audit log does not open: it is told as unknown, and removed");
	}
	return audit_add(&v->audit, e);
}

struct told_gathered told_gather(struct vaultd *v, struct arena *a, msec now)
{
	struct told_gathered g = {0};

	for (int i = 0; i < TOLD_PLACES; i++) {
		str sealed = STR("");
		struct err *e = file_read(a, v->dir, name_of(a, i, ""), NOTE, &sealed);

		if (e && e->kind == ERR_NOT_FOUND) {
			v->told_stuck &= ~(1u << i);
			continue;
		}
		if (v->told_stuck & 1u << i)
			continue;
		if (e && e->kind == ERR_UNAVAILABLE) { /* it waits, and the command has said so */
			log_err(e);
			v->told_stuck |= 1u << i;
		} else if (tell(v, a, e ? STR("") : sealed, now)) {
			g.places |= 1u << i;
		}
	}
	return g;
}

void told_drop(struct vaultd *v, struct told_gathered g)
{
	for (int i = 0; i < TOLD_PLACES; i++) {
		char name[16];

		snprintf(name, sizeof name, "told.%d", i);
		if (!(g.places & 1u << i) || unlinkat(v->dir, name, 0) == 0)
			continue;
		log_warn("a note for the audit log was told, and cannot be removed: %s", strerror(errno));
		v->told_stuck |= 1u << i; /* once is enough */
	}
}

void told_clean(const struct vaultd *v)
{
	for (int i = 0; i < TOLD_PLACES; i++) {
		char name[16];

		snprintf(name, sizeof name, "told.%d.new", i);
		unlinkat(v->dir, name, 0);
	}
}
