/* house_fixture.c — making the house and taking it down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "house_fixture.h"

struct world w;
struct house *house;
struct db *reader;

void house_new(struct person *const *all, size_t n)
{
	struct house_config conf = {.demo = true};

	world_new(&w);
	for (size_t i = 0; i < n; i++) {
		person_new(&w, all[i], i ? all[0]->t : NO_TOKEN);
		person_in(&w, all[i]);
	}
	conf.data = str_of(w.dir);
	OK(house_open(w.a, &conf, &house));
	OK(db_reader(house->pool, w.a, &reader));
	OK(house_unseal(house, reader, w.v, w.a, test_now()));
}

void house_end(void)
{
	static const char *const files[] = {"rivage.db", "rivage.db-wal", "rivage.db-shm"};
	char path[128];

	db_reader_close(reader);
	house_close(house);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s/%s", w.dir, files[i]);
		unlink(path);
	}
	world_end(&w);
}

struct op house_op(const struct person *p, day today)
{
	struct op op = {
		.a = w.a, .house = house, .db = reader, .vault = w.v, .token = p->t, .l = locale_get(STR("fr"))};

	OK(vault_session(w.v, w.a, p->t, true, &op.actor));
	op.now = test_now();
	op.today = today;
	return op;
}

struct kase *open_case(struct op *op, case_id id)
{
	struct kase *k;

	OK(kase_find(op, id, &k));
	OK(kase_open(op, k, PURPOSE_WRITE));
	return k;
}

struct json *json_of(str text)
{
	struct json *v;

	OK(json_parse(w.a, text, &v));
	return v;
}
