/* witness.c — `rivage witness`: the other side of the audit log, on another machine, in other hands (witness.h).
 *
 * STATE/key: the witness's key (0600).  STATE/name.  STATE/logs: the key line of each log, the size and the root it
 * countersigned last.  What it will sign is on its disk before the signature leaves it: a witness that comes back
 * after a power cut never signs two histories. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "files.h"
#include "witness.h"

#define REQUEST_MAX (64u << 10)
#define STATE_MAX (1u << 20)

struct witness {
	struct arena *a;
	int dir;
	str name;
	struct sign_pair key;
	struct witness_log *logs;
	size_t n;
};

static struct err *open_state(struct arena *a, const char *path, int *out)
{
	*out = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*out < 0)
		return FAIL(a, NOT_FOUND, "There is no such folder: rivage witness new makes one.", "%s", path);
	return NULL;
}

static str as_text(struct arena *a, const void *bytes, size_t n)
{
	return crypt_base64(a, (str){bytes, n});
}

static bool take_root(struct arena *a, str text, uint8_t out[32])
{
	str bytes;

	if (crypt_unbase64(a, text, &bytes) || bytes.n != 32)
		return false;
	memcpy(out, bytes.p, 32);
	return true;
}

/* "SIZE ROOT KEYLINE", a line a log. */
static struct err *read_logs(struct witness *w)
{
	struct err *e;
	str text;

	e = file_read(w->a, w->dir, "logs", STATE_MAX, &text);
	if (e && e->kind == ERR_NOT_FOUND)
		return NULL;
	TRY(e);
	w->logs = NEWS(w->a, struct witness_log, text.n / 64 + 2);
	while (text.n) {
		struct witness_log *l = &w->logs[w->n];
		str line = str_split(&text, '\n'), size = str_split(&line, ' '), root = str_split(&line, ' ');
		int64_t v;

		if (!size.n && !line.p)
			break;
		if (!str_to_i64(size, &v) || v < 0 || !take_root(w->a, root, l->root) ||
		    !note_key_parse(w->a, arena_fmt(w->a, "%.*s\n", STR_ARG(line)), NOTE_ED25519, &l->origin, l->pk))
			return FAIL(w->a, CONFIG, "What the witness keeps of its logs cannot be read.", "line %zu",
				    w->n);
		l->size = (uint64_t)v;
		w->n++;
	}
	return NULL;
}

static struct err *write_logs(struct witness *w)
{
	str text = STR("");

	for (size_t i = 0; i < w->n; i++) {
		const struct witness_log *l = &w->logs[i];

		text = arena_fmt(w->a, "%.*s%llu %.*s %.*s", STR_ARG(text), (unsigned long long)l->size,
				 STR_ARG(as_text(w->a, l->root, 32)),
				 STR_ARG(note_key(w->a, l->origin, NOTE_ED25519, l->pk)));
	}
	return file_replace(w->a, w->dir, "logs", text);
}

static struct err *load(struct witness *w, const char *path)
{
	uint8_t seed[32];
	str text;

	TRY(open_state(w->a, path, &w->dir));
	TRY(file_read(w->a, w->dir, "key", 128, &text));
	if (!take_root(w->a, str_trim(text), seed))
		return FAIL(w->a, CONFIG, "The key of the witness cannot be read.", "key");
	crypt_sign_from_seed(seed, &w->key);
	crypt_wipe(seed, sizeof seed);
	TRY(file_read(w->a, w->dir, "name", 256, &text));
	w->name = str_trim(text);
	return read_logs(w);
}

static bool name_ok(str s)
{
	bool ok = s.n > 0 && s.n < 200;

	for (size_t i = 0; i < s.n; i++)
		ok = ok && s.p[i] > ' ' && s.p[i] < 0x7f && s.p[i] != '+';
	return ok;
}

static struct err *make(struct witness *w, const char *path, str name)
{
	struct key seed = crypt_key_new();

	if (!name_ok(name))
		return FAIL(w->a, INVALID,
			    "A witness is named like a host: letters, digits, dots, slashes; no spaces, no “+”.",
			    "name");
	if (mkdir(path, 0700) != 0)
		return FAIL(w->a, CONFLICT, "The folder cannot be made; is there one already?", "%s", path);
	TRY(open_state(w->a, path, &w->dir));
	TRY(file_replace(w->a, w->dir, "key", as_text(w->a, seed.b, 32)));
	TRY(file_replace(w->a, w->dir, "name", name));
	crypt_sign_from_seed(seed.b, &w->key);
	crypt_wipe(&seed, sizeof seed);
	printf("%.*s", STR_ARG(note_key(w->a, name, WITNESS_COSIGNATURE, w->key.pk)));
	return NULL;
}

/* A log is known from its key on; what it was before is not vouched for. */
static struct err *trust(struct witness *w, const char *path, const char *file)
{
	struct witness_log l = {.size = 0}, *more;
	str line;

	TRY(load(w, path));
	TRY(cli_read_file(w->a, file, 4096, &line));
	if (!note_key_parse(w->a, line, NOTE_ED25519, &l.origin, l.pk))
		return FAIL(w->a, INVALID, "This is not the key of a log (DIR/vault/audit.pub).", "key line");
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->logs[i].origin, l.origin))
			return FAIL(w->a, CONFLICT, "The witness knows that log already.", "origin");
	more = NEWS(w->a, struct witness_log, w->n + 1);
	if (w->n)
		memcpy(more, w->logs, w->n * sizeof *more);
	more[w->n++] = l;
	w->logs = more;
	return write_logs(w);
}

static struct err *sign(struct witness *w, const char *path, const char *file)
{
	struct witness_log *log = NULL;
	struct witness_ask ask;
	str body;

	TRY(load(w, path));
	TRY(strcmp(file, "-") == 0 ? cli_read_stdin(w->a, REQUEST_MAX, &body)
				   : cli_read_file(w->a, file, REQUEST_MAX, &body));
	if (!witness_ask_parse(w->a, body, &ask))
		return FAIL(w->a, INVALID, "This is not a request to a witness (rivage audit request makes one).",
			    "form");
	for (size_t i = 0; i < w->n && !log; i++)
		if (str_eq(w->logs[i].origin, ask.note.origin))
			log = &w->logs[i];
	if (!log)
		return FAIL(w->a, NOT_FOUND, "The witness does not know this log.", "origin");
	TRY(witness_judge(w->a, &ask, log));
	TRY(write_logs(w));
	printf("%.*s%.*s", STR_ARG(ask.checkpoint),
	       STR_ARG(witness_sign(w->a, &w->key, w->name, &ask.note, (uint64_t)(cli_now() / 1000))));
	return NULL;
}

static int usage(void)
{
	fputs("usage: rivage witness new STATE NAME | trust STATE AUDIT.PUB | sign STATE REQUEST|-\n", stderr);
	return err_kinds[ERR_USAGE].exit;
}

int cli_witness(int argc, char **argv)
{
	struct witness w = {.a = arena_create(32 << 20), .dir = -1};
	const char *rest[3] = {"", "", ""};
	struct err *e = NULL;
	int code = 0;
	size_t n;

	umask(077);
	if (!cli_options(argc, argv, NULL, 0, rest, 3, &n) || n != 3)
		code = usage();
	else if (strcmp(rest[0], "new") == 0)
		e = make(&w, rest[1], str_of(rest[2]));
	else if (strcmp(rest[0], "trust") == 0)
		e = trust(&w, rest[1], rest[2]);
	else if (strcmp(rest[0], "sign") == 0)
		e = sign(&w, rest[1], rest[2]);
	else
		code = usage();
	if (e)
		code = cli_fail(e);
	else if (fflush(stdout) != 0)
		code = 1;
	if (w.dir >= 0)
		close(w.dir);
	crypt_wipe(&w.key, sizeof w.key);
	arena_destroy(w.a);
	return code;
}
