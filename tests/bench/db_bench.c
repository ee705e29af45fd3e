/* db_bench.c — durable inserts and point reads per second through lib/db.
 *   db_bench URL SCHEMA_FOLDER [SECONDS]      URL names an empty database; the folder is src/lib/db/test_schema */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db.h"
#include "db_test_sql.h"

#define ROW 2048
#define KNOWN 10000

struct bench {
	struct db_pool *p;
	double seconds;
	case_id *ids;
	bool reads;
};
struct thread {
	const struct bench *b;
	pthread_t t;
	uint64_t done;
	double *took; /* of each, seconds */
	size_t room;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(struct err *e)
{
	if (!e)
		return;
	fprintf(stderr, "%s: %.*s\n", e->where, STR_ARG(e->detail));
	exit(1);
}

static case_id insert(struct db_pool *p, struct db *r, struct arena *a)
{
	static const char body[ROW];
	case_id id = {id_random()};
	struct db *tx;

	must(db_begin(p, r, a, &tx));
	must(dossier_add(tx, a, id, id_text(a, id.v), 17000, NULL, (str){body, ROW}, NULL));
	must(db_commit(tx, a));
	return id;
}

static void read_one(struct db *r, struct arena *a, case_id id)
{
	struct dossier_get_row row;
	bool found;

	must(dossier_get(r, a, id, &row, &found));
	if (!found || row.body.n != ROW)
		exit(1);
}

static void *run(void *arg)
{
	struct thread *k = arg;
	struct arena *mine = arena_create(1 << 20), *a = arena_create(1 << 20);
	double end = now() + k->b->seconds, before = now(), after;
	unsigned x = (unsigned)(uintptr_t)k;
	struct db *r;

	must(db_reader(k->b->p, mine, &r));
	while (before < end) {
		x = x * 1664525 + 1013904223;
		if (k->b->reads)
			read_one(r, a, k->b->ids[(x >> 8) % KNOWN]);
		else
			insert(k->b->p, r, a);
		arena_reset(a);
		after = now();
		if (k->done < k->room)
			k->took[k->done] = after - before;
		k->done++;
		before = after;
	}
	db_reader_close(r);
	arena_destroy(a);
	arena_destroy(mine);
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const struct bench *b, int n)
{
	struct thread *k = calloc((size_t)n, sizeof *k);
	const size_t room = 1u << 20;
	double *all = calloc(room, sizeof *all), began = now(), cpu = (double)clock() / CLOCKS_PER_SEC;
	struct db_counts was = db_counts(b->p), is;
	uint64_t done = 0;
	size_t kept = 0;

	for (int i = 0; i < n; i++) {
		k[i] = (struct thread){.b = b, .room = room / (size_t)n, .took = all + (size_t)i * (room / (size_t)n)};
		pthread_create(&k[i].t, NULL, run, &k[i]);
	}
	for (int i = 0; i < n; i++)
		pthread_join(k[i].t, NULL);
	began = now() - began;
	cpu = (double)clock() / CLOCKS_PER_SEC - cpu;
	for (int i = 0; i < n; i++) {
		size_t m = k[i].done < k[i].room ? (size_t)k[i].done : k[i].room;

		memmove(all + kept, k[i].took, m * sizeof *all);
		kept += m;
		done += k[i].done;
	}
	qsort(all, kept, sizeof *all, by_value);
	is = db_counts(b->p);
	printf("%-7s %2d threads %9.0f /s   p50 %7.3f ms   p99 %7.3f ms   %6.1f us of processor",
	       b->reads ? "reads" : "inserts", n, (double)done / began, all[kept / 2] * 1e3, all[kept * 99 / 100] * 1e3,
	       cpu * 1e6 / (double)done);
	if (!b->reads && is.commits > was.commits)
		printf("   %.1f per flush",
		       (double)(is.transactions - was.transactions) / (double)(is.commits - was.commits));
	putchar('\n');
	free(all);
	free(k);
}

static struct embed_file schema_file(struct arena *a, const char *dir, const char *name)
{
	const char *path = arena_fmt(a, "%s/%s", dir, name).p;
	char *p = arena_alloc(a, 8192);
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(p, 1, 8191, f) : 0;

	if (!n)
		exit(1);
	fclose(f);
	return (struct embed_file){.path = path, .data = {p, n}, .etag = name};
}

int main(int argc, char **argv)
{
	struct arena *a = arena_create(64 << 20), *scratch = arena_create(1 << 20);
	struct bench b = {.seconds = argc > 3 ? strtod(argv[3], NULL) : 2, .ids = NEWS(a, case_id, KNOWN)};
	struct embed_file files[2];
	struct db *r;

	if (argc < 3)
		return 2;
	files[0] = schema_file(a, argv[2], "0001_init.sql");
	files[1] = schema_file(a, argv[2], "0002_change.sql");
	must(db_pool_open(a, str_of(argv[1]), &b.p));
	must(db_migrate(b.p, a, &(struct embed_set){files, 2}, NULL));
	measure(&b, 1);
	measure(&b, 16);
	measure(&b, 32);
	must(db_reader(b.p, a, &r));
	for (int i = 0; i < KNOWN; i++) {
		b.ids[i] = insert(b.p, r, scratch);
		arena_reset(scratch);
	}
	db_reader_close(r);
	b.reads = true;
	measure(&b, 1);
	measure(&b, 16);
	db_pool_close(b.p);
	arena_destroy(scratch);
	arena_destroy(a);
	return 0;
}
