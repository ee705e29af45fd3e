/* trace.c — replaying the log, and making disks from it. */
#include "trace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512u
#define NODES 512
#define NAMES 48
#define NAME_MAX_ 64

struct list { /* of lines of the log */
	const struct disk_op **op;
	size_t n, room;
};
struct names { /* what stands in a folder */
	struct {
		char name[NAME_MAX_];
		uint64_t ino;
	} of[NAMES];
	size_t n;
};
struct node {
	uint64_t ino;
	bool dir;
	struct list pending; /* since it was flushed */
	uint8_t *bytes;      /* of a file, as flushed */
	size_t n, room;
	struct names kept, now; /* of a folder: as flushed; as programs see it */
};
struct sim {
	struct trace t;
	const char *without;
	size_t at;
	struct node *nodes;
	size_t n_nodes;
	char site[160];
};

uint64_t dice_roll(struct dice *d)
{
	uint64_t z = d->state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static struct node *node_of(struct sim *s, uint64_t ino)
{
	for (size_t i = s->n_nodes; i-- > 0;)
		if (s->nodes[i].ino == ino)
			return &s->nodes[i];
	if (s->n_nodes == NODES)
		abort();
	s->nodes[s->n_nodes] = (struct node){.ino = ino};
	return &s->nodes[s->n_nodes++];
}

struct sim *sim_new(const struct trace *t, const char *without)
{
	struct sim *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->t = *t;
	s->without = without;
	s->nodes = calloc(NODES, sizeof *s->nodes);
	if (!s->nodes)
		abort();
	node_of(s, t->root)->dir = true;
	return s;
}

void sim_free(struct sim *s)
{
	for (size_t i = 0; i < s->n_nodes; i++) {
		free(s->nodes[i].bytes);
		free(s->nodes[i].pending.op);
	}
	free(s->nodes);
	free(s);
}

static void put(struct list *l, const struct disk_op *op)
{
	if (l->n == l->room) {
		l->room = l->room * 2 + 16;
		l->op = realloc(l->op, l->room * sizeof *l->op);
		if (!l->op)
			abort();
	}
	l->op[l->n++] = op;
}

static void name_drop(struct names *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->of[i].name, name) == 0)
			d->of[i--] = d->of[--d->n];
}

static void name_put(struct names *d, const char *name, uint64_t ino)
{
	name_drop(d, name);
	if (d->n == NAMES || strlen(name) >= NAME_MAX_)
		abort();
	snprintf(d->of[d->n].name, NAME_MAX_, "%s", name);
	d->of[d->n++].ino = ino;
}

static void name_apply(struct names *d, const struct disk_op *op)
{
	if (op->kind == DISK_CREATE || op->kind == DISK_MKDIR) {
		name_put(d, disk_bytes(op), op->ino);
	} else if (op->kind == DISK_UNLINK) {
		name_drop(d, disk_bytes(op));
	} else {
		name_drop(d, disk_bytes(op));
		name_put(d, disk_bytes(op) + strlen(disk_bytes(op)) + 1, op->ino);
	}
}

/* --- bytes of a file ------------------------------------------------------------------------------------------ */

struct image {
	uint8_t *p;
	size_t n, room;
};

static void longer(struct image *f, size_t n)
{
	if (n > f->room) {
		f->room = n * 2;
		f->p = realloc(f->p, f->room);
		if (!f->p)
			abort();
	}
	if (n > f->n)
		memset(f->p + f->n, 0, n - f->n);
	f->n = n > f->n ? n : f->n;
}

static void whole(struct image *f, const struct disk_op *op)
{
	if (op->kind == DISK_CUT) {
		longer(f, op->at);
		f->n = op->at;
		return;
	}
	longer(f, op->at + op->n);
	memcpy(f->p + op->at, disk_bytes(op), op->n);
}

enum torn { TORN_OLD, TORN_ZEROS, TORN_GARBAGE, TORNS };

static void piece_lost(struct image *f, size_t from, size_t n, enum torn how, struct dice *d)
{
	if (how == TORN_OLD)
		return;
	longer(f, from + n);
	for (size_t i = 0; i < n; i++)
		f->p[from + i] = how == TORN_ZEROS ? 0 : (uint8_t)dice_roll(d);
}

/* Sector by sector, each of them with one chance in `of`. */
static void in_part(struct image *f, const struct disk_op *op, enum torn how, struct dice *d)
{
	unsigned of = 2 + (unsigned)(dice_roll(d) % 3);

	if (op->kind == DISK_CUT) {
		if (dice_roll(d) & 1)
			whole(f, op);
		return;
	}
	for (size_t at = op->at, end = op->at + op->n; at < end;) {
		size_t next = (at / SECTOR + 1) * SECTOR < end ? (at / SECTOR + 1) * SECTOR : end;

		if (dice_roll(d) % of) {
			longer(f, next);
			memcpy(f->p + at, disk_bytes(op) + (at - op->at), next - at);
		} else {
			piece_lost(f, at, next - at, how, d);
		}
		at = next;
	}
}

enum fate { FATE_NONE, FATE_ALL, FATE_PREFIX, FATE_SOME, FATE_PARTS, FATES };

static void lose(struct image *f, const struct list *l, struct dice *d)
{
	enum fate fate = (enum fate)(dice_roll(d) % FATES);
	enum torn how = (enum torn)(dice_roll(d) % TORNS);
	size_t until = l->n ? dice_roll(d) % (l->n + 1) : 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct disk_op *op = l->op[i];

		if (fate == FATE_NONE || (fate == FATE_PREFIX && i > until))
			break;
		if (fate == FATE_PARTS || (fate == FATE_PREFIX && i == until))
			in_part(f, op, how, d);
		else if (fate != FATE_SOME || (dice_roll(d) & 1))
			whole(f, op);
	}
	if (l->n && (dice_roll(d) & 3) == 0) { /* the length was written, what belongs there was not */
		const struct disk_op *last = l->op[l->n - 1];

		if (last->kind == DISK_WRITE)
			longer(f, last->at + last->n);
	}
}

/* --- stepping ------------------------------------------------------------------------------------------------- */

static void flush_node(struct node *n)
{
	struct image f = {n->bytes, n->n, n->room};

	for (size_t i = 0; i < n->pending.n; i++) {
		if (n->dir)
			name_apply(&n->kept, n->pending.op[i]);
		else
			whole(&f, n->pending.op[i]);
	}
	n->pending.n = 0;
	n->bytes = f.p;
	n->n = f.n;
	n->room = f.room;
}

const char *sim_name(const struct sim *s, uint64_t ino)
{
	if (ino == s->t.root)
		return "data";
	for (size_t i = 0; i < s->n_nodes; i++)
		for (size_t j = 0; s->nodes[i].dir && j < s->nodes[i].now.n; j++)
			if (s->nodes[i].now.of[j].ino == ino)
				return s->nodes[i].now.of[j].name;
	return "";
}

static void set_site(struct sim *s, const struct disk_op *op)
{
	struct node *n = node_of(s, op->ino);
	const char *about = "";

	s->site[0] = 0;
	if (op->kind != DISK_SYNC)
		return;
	if (n->dir && n->pending.n) {
		const struct disk_op *last = n->pending.op[n->pending.n - 1];

		about = last->kind == DISK_RENAME ? disk_bytes(last) + strlen(disk_bytes(last)) + 1 : disk_bytes(last);
	}
	snprintf(s->site, sizeof s->site, "%s:%s%s%s", *sim_name(s, op->ino) ? sim_name(s, op->ino) : "(unlinked)",
		 op->data_only ? "fdatasync" : "fsync", *about ? ":" : "", about);
}

const char *sim_site(const struct sim *s)
{
	return s->site;
}

const struct disk_op *sim_step(struct sim *s)
{
	const struct disk_op *op = (const void *)(s->t.log + s->at);
	struct node *n;

	if (s->at >= s->t.n)
		return NULL;
	s->at += op->size;
	s->site[0] = 0;
	if (op->kind == DISK_MARK)
		return op;
	if (op->kind == DISK_WRITE || op->kind == DISK_CUT) {
		put(&node_of(s, op->ino)->pending, op);
	} else if (op->kind == DISK_SYNC) {
		set_site(s, op);
		if (!s->without || strcmp(s->without, s->site) != 0)
			flush_node(node_of(s, op->ino));
	} else {
		n = node_of(s, op->ino);
		n->dir |= op->kind == DISK_MKDIR;
		if (op->kind == DISK_CREATE) /* a number used again */
			n->n = n->pending.n = 0;
		n = node_of(s, op->dir);
		put(&n->pending, op);
		name_apply(&n->now, op);
	}
	return op;
}

/* --- the disk behind a power cut ------------------------------------------------------------------------------ */

static struct names names_left(const struct node *n, struct dice *d)
{
	struct names left = n->kept;
	bool in_order = !d || (dice_roll(d) & 1);
	size_t until = d ? dice_roll(d) % (n->pending.n + 1) : n->pending.n;

	for (size_t i = 0; i < n->pending.n; i++)
		if (in_order ? i < until : (dice_roll(d) & 1) != 0)
			name_apply(&left, n->pending.op[i]);
	return left;
}

static struct err *write_file(struct arena *a, const char *path, const struct image *f)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	bool bad = fd < 0 || pwrite(fd, f->p ? (const char *)f->p : "", f->n, 0) != (ssize_t)f->n ||
		   ftruncate(fd, (off_t)f->n) != 0;

	if (fd >= 0)
		close(fd);
	return bad ? FAIL(a, UNAVAILABLE, NULL, "%s: %s", path, strerror(errno)) : NULL;
}

static struct err *make_file(struct arena *a, const struct node *n, struct dice *d, const char *path)
{
	static struct image f; /* kept from one to the next: thousands of them */
	struct dice own = {d ? dice_roll(d) : 0};

	longer(&f, n->n);
	f.n = n->n;
	if (n->n)
		memcpy(f.p, n->bytes, n->n);
	if (d)
		lose(&f, &n->pending, &own);
	for (size_t i = 0; !d && i < n->pending.n; i++)
		whole(&f, n->pending.op[i]);
	return write_file(a, path, &f);
}

static bool has(const struct names *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->of[i].name, name) == 0)
			return true;
	return false;
}

/* What an earlier disk left in the folder and this one does not have. */
static void sweep(struct arena *a, const char *folder, const struct names *left)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		const char *path = arena_fmt(a, "%s/%s", folder, e->d_name).p;

		if (e->d_name[0] == '.' || (has(left, e->d_name) && !str_ends(str_of(e->d_name), STR("-shm"))))
			continue;
		if (e->d_type == DT_DIR) {
			sweep(a, path, &(struct names){0});
			rmdir(path);
		} else {
			unlink(path);
		}
	}
	if (d)
		closedir(d);
}

static struct err *make_folder(struct arena *a, const struct sim *s, uint64_t ino, struct dice *d, const char *folder)
{
	const struct node *n = node_of((struct sim *)(uintptr_t)s, ino);
	struct names left = names_left(n, d);

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", folder, strerror(errno));
	sweep(a, folder, &left);
	for (size_t i = 0; i < left.n; i++) {
		const struct node *in = node_of((struct sim *)(uintptr_t)s, left.of[i].ino);
		const char *path = arena_fmt(a, "%s/%s", folder, left.of[i].name).p;

		if (str_ends(str_of(path), STR("-shm"))) /* of memory, never recovered */
			continue;
		TRY(in->dir ? make_folder(a, s, in->ino, d, path) : make_file(a, in, d, path));
	}
	return NULL;
}

struct err *sim_crash(struct arena *a, const struct sim *s, struct dice *dice, const char *folder)
{
	return make_folder(a, s, s->t.root, dice, folder);
}
