/* db_testing.c — see db_testing.h. */
#include "db_testing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool on_postgres(void)
{
	return getenv("RIVAGE_TEST_PG") != NULL;
}

void ok(struct err *e)
{
	if (e)
		fail_msg("%s: %s: %.*s", err_kinds[e->kind].name, e->where, STR_ARG(e->detail));
}

void refused(struct err *e, enum err_kind kind)
{
	if (!e)
		fail_msg("no error where %s is due", err_kinds[kind].name);
	else if (e->kind != kind)
		fail_msg("%s where %s is due: %s: %.*s", err_kinds[e->kind].name, err_kinds[kind].name, e->where,
			 STR_ARG(e->detail));
}

case_id a_case(void)
{
	return (case_id){id_random()};
}

static str read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = arena_alloc(a, 8192);
	size_t n;

	assert_non_null(f);
	n = fread(p, 1, 8191, f);
	fclose(f);
	return (str){p, n};
}

struct embed_set test_schema(struct arena *a)
{
	static const char *const names[] = {"0001_init.sql", "0002_change.sql"};
	struct embed_file *files = NEWS(a, struct embed_file, 2);

	for (size_t i = 0; i < 2; i++) {
		files[i].path = arena_fmt(a, "%s/%s", getenv("DB_TEST_SCHEMA"), names[i]).p;
		files[i].data = read_file(a, files[i].path);
		files[i].etag = arena_fmt(a, "%016zx", i + 77).p;
	}
	return (struct embed_set){files, 2};
}

/* A PostgreSQL schema of its own, so that tests do not meet. */
static str pg_url(struct arena *a)
{
	static int n;
	str url = str_of(getenv("RIVAGE_TEST_PG"));
	struct db_pool *p;
	struct db *r, *tx;

	ok(db_pool_open(a, url, &p));
	ok(db_reader(p, a, &r));
	ok(db_begin(p, r, a, &tx));
	ok(db_script(tx, a, arena_fmt(a, "CREATE SCHEMA t%d", ++n).p));
	ok(db_commit(tx, a));
	db_reader_close(r);
	db_pool_close(p);
	return arena_fmt(a, "%.*s&options=-csearch_path%%3Dt%d", STR_ARG(url), n);
}

int world_setup_empty(void **state)
{
	struct arena *a = arena_create(64 << 20);
	struct world *w = NEW(a, struct world);

	w->a = a;
	*state = w;
	snprintf(w->dir, sizeof w->dir, "/tmp/rivage-db-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->url = on_postgres() ? pg_url(a) : arena_fmt(a, "sqlite:%s/test.db", w->dir);
	ok(db_pool_open(a, w->url, &w->p));
	ok(db_reader(w->p, a, &w->r));
	return 0;
}

int world_setup(void **state)
{
	struct world *w;
	struct embed_set schema;
	int n = 0;

	world_setup_empty(state);
	w = *state;
	schema = test_schema(w->a);
	ok(db_migrate(w->p, w->a, &schema, &n));
	assert_int_equal(n, 2);
	return 0;
}

int world_teardown(void **state)
{
	struct world *w = *state;
	struct dirent *e;
	DIR *d = opendir(w->dir);
	char path[400];

	db_reader_close(w->r);
	db_pool_close(w->p);
	while (d && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", w->dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(w->dir);
	arena_destroy(w->a);
	return 0;
}

struct err *add_one(struct world *w, struct db *r, struct arena *a, case_id id)
{
	struct db *tx;
	struct err *e;

	TRY(db_begin(w->p, r, a, &tx));
	e = dossier_add(tx, a, id, id_text(a, id.v), 17000, NULL, STR("sealed"), NULL);
	if (e) {
		db_rollback(tx);
		return e;
	}
	return db_commit(tx, a);
}

int64_t count_dossiers(struct world *w)
{
	struct dossier_count_row row = {0};
	bool found;

	ok(dossier_count(w->r, w->a, &row, &found));
	assert_true(found);
	return row.n;
}
