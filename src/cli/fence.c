/* fence.c — what the web process may still reach once it has started.
 *
 * Web reads bytes from strangers, so it is the process an intruder gets first; and it runs as the user who owns the
 * vault's files.  Behind the fence it opens the database, fonts and what the libraries read, and nothing else: not
 * DIR/vault, not the key file, no program; and it opens no connection of its own but to PostgreSQL.  Only from before
 * its first thread. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "guard.h"
#include "log.h"
#include "serve.h"

/* Read by the C library, TLS, the PostgreSQL client and the makers of papers.  What is not there is left out. */
static const char *const readable[] = {
	"/usr",
	"/lib",
	"/lib64",
	"/etc/ld.so.cache",
	"/etc/fonts",
	"/var/cache/fontconfig",
	"/etc/ssl",
	"/etc/gnutls",
	"/etc/pkcs11",
	"/etc/localtime",
	"/etc/hosts",
	"/etc/host.conf",
	"/etc/services",
	"/etc/gai.conf",
	"/etc/passwd",
	"/etc/nsswitch.conf",
	"/etc/resolv.conf",
	"/run/systemd/resolve",
	"/dev/urandom",
	"/dev/null",
	"/proc/self",
	"/proc/sys/vm",
	"/proc/meminfo",
	"/sys/devices/system/cpu",
};
#define READABLE (sizeof readable / sizeof *readable)

struct fence {
	struct guard_path paths[READABLE + 16];
	size_t n;
};

static void allow(struct fence *f, const char *path, enum guard_right right)
{
	f->paths[f->n++] = (struct guard_path){path, right};
}

/* SQLite's files are allowed one by one, since the vault is in their folder; so they must be there.  Empty ones are
 * what it makes itself. */
static bool allow_sqlite(struct fence *f, struct arena *a, const char *database)
{
	static const char *const companions[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
		const char *path = arena_fmt(a, "%s%s", database, companions[i]).p;
		int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (i ? O_CREAT : 0), 0600);

		if (fd < 0)
			return false;
		close(fd);
		allow(f, path, GUARD_EDIT);
	}
	return true;
}

static bool in_sqlite(const struct serve_options *o)
{
	return !o->database || str_starts(str_of(o->database), STR("sqlite:"));
}

static bool allow_needed(struct fence *f, struct arena *a, const struct serve_options *o)
{
	const char *home = getenv("HOME");

	for (size_t i = 0; i < READABLE; i++)
		allow(f, readable[i], GUARD_READ);
	allow(f, "/dev/null", GUARD_EDIT);
	allow(f, arena_fmt(a, "%s/clock", o->data).p, GUARD_READ);
	if (o->tls_cert)
		allow(f, o->tls_cert, GUARD_READ);
	if (o->tls_key)
		allow(f, o->tls_key, GUARD_READ);
	if (!o->database)
		return allow_sqlite(f, a, arena_fmt(a, "%s/rivage.db", o->data).p);
	if (in_sqlite(o))
		return allow_sqlite(f, a, o->database + STR("sqlite:").n);
	if (home) {
		allow(f, arena_fmt(a, "%s/.pgpass", home).p, GUARD_READ);
		allow(f, arena_fmt(a, "%s/.postgresql", home).p, GUARD_READ);
	}
	return true;
}

static const char *hold_files(struct arena *a, const struct serve_options *o)
{
	struct fence f = {.n = 0};

	if (o->clock_file)
		return "a demonstration with --clock-file";
	if (!allow_needed(&f, a, o))
		return "the database is not there yet";
	return guard_files(f.paths, f.n);
}

bool web_fence(struct arena *a, const struct serve_options *o)
{
	const char *files = hold_files(a, o), *calls = guard_calls(GUARD_WEB, !in_sqlite(o));

	if (files)
		log_warn("web is not kept from the files of the vault: %s", files);
	if (calls)
		log_warn("the system calls of web are not filtered: %s", calls);
	return !files;
}
