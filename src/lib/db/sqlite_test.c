/* sqlite_test.c — the embedded engine alone: its file and settings, crashes, full disks, the bounded log. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db_testing.h"
#include "sqlite_db.h"

static const char *file(struct world *w, const char *suffix)
{
	return arena_fmt(w->a, "%s/test.db%s", w->dir, suffix).p;
}

static int mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (int)(st.st_mode & 07777);
}

static void only_for_the_owner(void **state)
{
	struct world *w = *state;
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	ok(add_one(w, w->r, w->a, a_case()));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(mode_of(file(w, suffixes[i])), 0600);
	db_reader_close(w->r);
	db_pool_close(w->p);
	assert_int_equal(chmod(file(w, ""), 0644), 0);
	ok(db_pool_open(w->a, w->url, &w->p));
	ok(db_reader(w->p, w->a, &w->r));
	assert_int_equal(mode_of(file(w, "")), 0600);
	assert_int_equal(count_dossiers(w), 1);
}

static void addresses(void **state)
{
	struct world *w = *state;
	struct db_pool *p = NULL;
	struct db *none = NULL;
	const char *junk = file(w, "junk"), *link = file(w, "link");
	FILE *f = fopen(junk, "w");
	const struct {
		str url;
		enum err_kind kind;
	} rows[] = {
		{STR(""), ERR_CONFIG},
		{STR("sqlite:"), ERR_CONFIG},
		{STR("mysql://x"), ERR_CONFIG},
		{{"sqlite:a\0b", 10}, ERR_CONFIG},
		{STR("sqlite:/nowhere/at/all.db"), ERR_CONFIG},
		{STR("sqlite:/tmp"), ERR_CONFIG}, /* a folder */
		{arena_fmt(w->a, "sqlite:%s", link), ERR_CONFIG},
		{arena_fmt(w->a, "sqlite:%s", junk), ERR_UNAVAILABLE},
	};

	for (int i = 0; i < 200; i++)
		fputs("this is no database\n", f);
	fclose(f);
	assert_int_equal(symlink(junk, link), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		refused(db_pool_open(w->a, rows[i].url, &p), rows[i].kind);
	assert_null(p);
	db_pool_close(NULL);
	db_reader_close(NULL);
	db_rollback(NULL);
	db_finish(NULL);
	ok(db_pool_open(w->a, STR("postgresql://127.0.0.1:1/none?connect_timeout=1"), &p));
	refused(db_reader(p, w->a, &none), ERR_UNAVAILABLE);
	assert_null(none);
	db_pool_close(p);
}

static str pragma(struct db *c, struct arena *a, const char *name)
{
	struct db_query q = {.name = "pragma", .sql = arena_fmt(a, "PRAGMA %s", name).p, .types = "", .slot = -1};
	struct db_stmt *s;
	bool row = false;
	str v;

	ok(db_start(c, a, &q, NULL, 0, &s));
	ok(db_step(s, a, &row));
	assert_true(row);
	v = db_col_str(s, a, 0);
	db_finish(s);
	return v;
}

static void settings(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *name, *reader, *writer;
	} rows[] = {
		{"journal_mode", "wal", "wal"}, {"synchronous", "2", "2"}, {"foreign_keys", "1", "1"},
		{"secure_delete", "1", "1"},    {"temp_store", "2", "2"},  {"trusted_schema", "0", "0"},
		{"mmap_size", "0", "0"},        {"query_only", "1", "0"},  {"cache_size", "-16384", "-8192"},
	};
	struct db *tx, *more[8];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(pragma(w->r, w->a, rows[i].name).p, rows[i].reader);
	ok(db_begin(w->p, w->r, w->a, &tx));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(pragma(tx, w->a, rows[i].name).p, rows[i].writer);
	refused(db_script(tx, w->a, "UPDATE sqlite_schema SET sql = ''"), ERR_INTERNAL); /* defensive */
	db_rollback(tx);
	for (int i = 0; i < 8; i++)
		ok(db_reader(w->p, w->a, &more[i]));
	assert_string_equal(pragma(w->r, w->a, "cache_size").p, "-5461"); /* nine readers share */
	for (int i = 0; i < 8; i++)
		db_reader_close(more[i]);
}

/* --- threads that write, and say what was acknowledged ------------------------------------------------- */

#define WRITERS 8

struct writing {
	struct world *w;
	pthread_t t;
	int fd, most, acked, refusals, other;
};

/* A body of some pages, so that a disk fills soon. */
static struct err *add_big(struct world *w, struct db *r, struct arena *a, case_id id)
{
	char *big = memset(arena_alloc(a, 6000), 'x', 6000);
	struct db *tx;
	struct err *e;

	TRY(db_begin(w->p, r, a, &tx));
	e = dossier_add(tx, a, id, id_text(a, id.v), 1, NULL, (str){big, 6000}, NULL);
	if (!e)
		return db_commit(tx, a);
	db_rollback(tx);
	return e;
}

static void *writing(void *arg)
{
	struct writing *k = arg;
	struct arena *mine = arena_create(1 << 20), *a = arena_create(1 << 20);
	struct db *r;

	ok(db_reader(k->w->p, mine, &r));
	for (int i = 0; i < k->most; i++) {
		case_id id = a_case();
		struct err *e = add_big(k->w, r, a, id);

		if (!e) {
			k->acked++;
			if (k->fd >= 0 && write(k->fd, &id, sizeof id) != sizeof id)
				abort();
		} else if (e->kind == ERR_UNAVAILABLE) {
			k->refusals++;
		} else {
			k->other++;
		}
		arena_reset(a);
	}
	db_reader_close(r);
	arena_destroy(a);
	arena_destroy(mine);
	return NULL;
}

static struct writing write_all(struct world *w, int fd, int most)
{
	struct writing k[WRITERS], sum = {0};

	for (int i = 0; i < WRITERS; i++) {
		k[i] = (struct writing){.w = w, .fd = fd, .most = most};
		if (pthread_create(&k[i].t, NULL, writing, &k[i]))
			abort();
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(k[i].t, NULL);
		sum.acked += k[i].acked;
		sum.refusals += k[i].refusals;
		sum.other += k[i].other;
	}
	return sum;
}

/* The process is killed in the middle: what was acknowledged through the pipe is there. */
static void killed(void **state)
{
	struct world *w = *state;
	struct dossier_get_row row;
	int fd[2], acked = 0, status;
	bool found;
	case_id id;
	pid_t child;

	db_reader_close(w->r);
	db_pool_close(w->p);
	assert_int_equal(pipe(fd), 0);
	child = fork();
	if (child == 0) {
		if (db_pool_open(w->a, w->url, &w->p))
			_exit(1);
		write_all(w, fd[1], 1 << 20);
		_exit(2);
	}
	close(fd[1]);
	while (acked < 500 && read(fd[0], &id, sizeof id) == sizeof id)
		acked++;
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	ok(db_pool_open(w->a, w->url, &w->p));
	ok(db_reader(w->p, w->a, &w->r));
	ok(dossier_get(w->r, w->a, id, &row, &found));
	assert_true(found);
	for (; read(fd[0], &id, sizeof id) == sizeof id; acked++) {
		ok(dossier_get(w->r, w->a, id, &row, &found));
		assert_true(found);
	}
	close(fd[0]);
	assert_in_range(acked, 500, 1 << 20);
	assert_in_range(count_dossiers(w), acked, acked + WRITERS);
	assert_string_equal(pragma(w->r, w->a, "integrity_check").p, "ok");
}

static void limit_pages(struct world *w, int pages)
{
	struct db *tx;

	ok(db_begin(w->p, w->r, w->a, &tx));
	ok(db_script(tx, w->a, arena_fmt(w->a, "PRAGMA max_page_count = %d", pages).p));
	ok(db_commit(tx, w->a));
}

/* The database may not grow: statements fail one by one, and each alone. */
static void full_database(void **state)
{
	struct world *w = *state;
	struct writing sum;
	struct err *e;
	int more = 0;

	limit_pages(w, 200);
	sum = write_all(w, -1, 30);
	assert_int_equal(sum.other, 0);
	assert_in_range(sum.acked, 20, 200);
	assert_int_equal(sum.acked + sum.refusals, WRITERS * 30);
	assert_int_equal(count_dossiers(w), sum.acked);
	/* A group given up may have left a few pages free. */
	while (!(e = add_big(w, w->r, w->a, a_case())) && more < 50)
		more++;
	refused(e, ERR_UNAVAILABLE);
	assert_string_equal(e->message, db_msg_full);
	limit_pages(w, 100000);
	ok(add_big(w, w->r, w->a, a_case()));
	assert_int_equal(count_dossiers(w), sum.acked + more + 1);
}

static void limit_files(rlim_t bytes)
{
	struct rlimit l;

	getrlimit(RLIMIT_FSIZE, &l);
	l.rlim_cur = bytes;
	setrlimit(RLIMIT_FSIZE, &l);
}

/* The log cannot be written: COMMIT fails, for the whole group.  What is stored is what was acknowledged. */
static int full_log_child(struct world *w)
{
	struct writing sum;
	int64_t stored;

	signal(SIGXFSZ, SIG_IGN);
	limit_files(1 << 20);
	ok(db_pool_open(w->a, w->url, &w->p));
	ok(db_reader(w->p, w->a, &w->r));
	sum = write_all(w, -1, 60);
	limit_files(RLIM_INFINITY);
	stored = count_dossiers(w);
	if (sum.other || !sum.acked || !sum.refusals || stored != sum.acked) {
		fprintf(stderr, "acknowledged %d refused %d other %d stored %d\n", sum.acked, sum.refusals, sum.other,
			(int)stored);
		return 1;
	}
	return add_big(w, w->r, w->a, a_case()) ? 2 : 0; /* there is room again */
}

static void full_log(void **state)
{
	struct world *w = *state;
	int status;
	pid_t child;

	db_reader_close(w->r);
	db_pool_close(w->p);
	child = fork();
	if (child == 0)
		_exit(full_log_child(w));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	ok(db_pool_open(w->a, w->url, &w->p));
	ok(db_reader(w->p, w->a, &w->r));
	assert_string_equal(pragma(w->r, w->a, "integrity_check").p, "ok");
}

/* --- the log stays bounded ------------------------------------------------------------------------------ */

struct reading {
	struct world *w;
	pthread_t t;
	bool stop; /* atomic */
};

/* Always in the middle of one of two overlapping queries: the log can never start over by itself. */
static void *reading(void *arg)
{
	static const struct db_query q = {.name = "walk", .sql = "SELECT id FROM dossier", .types = "", .slot = -1};
	struct reading *k = arg;
	struct arena *a = arena_create(16 << 20);
	struct db *r[2];
	struct db_stmt *s[2] = {NULL, NULL};
	bool row;

	ok(db_reader(k->w->p, a, &r[0]));
	ok(db_reader(k->w->p, a, &r[1]));
	for (int i = 0; !__atomic_load_n(&k->stop, __ATOMIC_RELAXED); i = !i) {
		db_finish(s[i]);
		ok(db_start(r[i], a, &q, NULL, 0, &s[i]));
		ok(db_step(s[i], a, &row));
		usleep(3000);
	}
	for (int i = 0; i < 2; i++) {
		db_finish(s[i]);
		db_reader_close(r[i]);
	}
	arena_destroy(a);
	return NULL;
}

static void bounded_log(void **state)
{
	struct world *w = *state;
	static const char big[1 << 20];
	struct reading k = {.w = w};
	off_t most = 0;
	struct stat st;

	((struct sq_pool *)w->p)->writer.wal_most = 1500; /* 6 MB */
	ok(add_one(w, w->r, w->a, a_case()));
	pthread_create(&k.t, NULL, reading, &k);
	for (int i = 0; i < 60; i++) {
		case_id id = a_case();
		struct db *tx;

		ok(db_begin(w->p, w->r, w->a, &tx));
		ok(dossier_add(tx, w->a, id, id_text(w->a, id.v), 1, NULL, (str){big, sizeof big}, NULL));
		ok(db_commit(tx, w->a));
		assert_int_equal(stat(file(w, "-wal"), &st), 0);
		most = st.st_size > most ? st.st_size : most;
	}
	__atomic_store_n(&k.stop, true, __ATOMIC_RELAXED);
	pthread_join(k.t, NULL);
	assert_in_range(most, 4 << 20, 20 << 20);
	assert_int_equal(count_dossiers(w), 61);
}

/* Another program (a command beside the server) has the write lock for a while. */
static void another_program(void **state)
{
	struct world *w = *state;
	struct db_pool *other;
	struct db *r, *tx, *mine;

	ok(db_begin(w->p, w->r, w->a, &mine));
	ok(db_script(mine, w->a, "PRAGMA busy_timeout = 50")); /* not the seconds it would wait */
	ok(db_commit(mine, w->a));
	ok(db_pool_open(w->a, w->url, &other));
	ok(db_reader(other, w->a, &r));
	ok(db_begin(other, r, w->a, &tx));
	refused(db_begin(w->p, w->r, w->a, &mine), ERR_UNAVAILABLE);
	db_rollback(tx);
	ok(db_begin(w->p, w->r, w->a, &mine));
	ok(db_commit(mine, w->a));
	db_reader_close(r);
	db_pool_close(other);
}

struct second {
	struct world *w;
	case_id id;
	pthread_t t;
	bool seen; /* after its refusal, what refused it can be read */
};

/* The same row once more: refused by a member of the group that is not on disk yet. */
static void *second(void *arg)
{
	struct second *k = arg;
	struct arena *a = arena_create(4 << 20);
	struct dossier_get_row row;
	struct db *r, *tx;

	ok(db_reader(k->w->p, a, &r));
	ok(db_begin(k->w->p, r, a, &tx));
	refused(dossier_add(tx, a, k->id, STR("twice"), 1, NULL, STR(""), NULL), ERR_CONFLICT);
	db_rollback(tx);
	ok(dossier_get(r, a, k->id, &row, &k->seen));
	db_reader_close(r);
	arena_destroy(a);
	return NULL;
}

/* Comes last and keeps the group open for a while. */
static void *dawdler(void *arg)
{
	struct second *k = arg;
	struct arena *a = arena_create(4 << 20);
	struct db *r, *tx;

	ok(db_reader(k->w->p, a, &r));
	usleep(40000); /* behind the second in the queue */
	ok(db_begin(k->w->p, r, a, &tx));
	usleep(100000);
	ok(db_commit(tx, a));
	db_reader_close(r);
	arena_destroy(a);
	return NULL;
}

static void refusal_waits_for_its_cause(void **state)
{
	struct world *w = *state;
	struct second k = {.w = w, .id = a_case()}, last = k;
	struct db *tx;

	ok(db_begin(w->p, w->r, w->a, &tx));
	ok(dossier_add(tx, w->a, k.id, STR("once"), 1, NULL, STR(""), NULL));
	pthread_create(&k.t, NULL, second, &k);
	pthread_create(&last.t, NULL, dawdler, &last);
	usleep(80000); /* both wait for their turn */
	ok(db_commit(tx, w->a));
	pthread_join(k.t, NULL);
	pthread_join(last.t, NULL);
	assert_true(k.seen);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_for_the_owner),
		T(addresses),
		T(settings),
		T(killed),
		T(full_database),
		T(full_log),
		T(bounded_log),
		T(another_program),
		T(refusal_waits_for_its_cause),
	};

	unsetenv("RIVAGE_TEST_PG");
	return cmocka_run_group_tests_name("SQLite", tests, NULL, NULL);
}
