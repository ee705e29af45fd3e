/* head_format_test.c — heads that another version of the program wrote: the house stays shut and says so, instead of leaving the
 * files out as if somebody had changed them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "case_sql.h"
#include "heads.h"
#include "house_fixture.h"
#include "kase.h"
#include "names.h"

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"};

static case_id some_case(void)
{
	struct op op = house_op(&cmf, day_of(2018, 9, 1));
	case_id id;
	str code;

	OK(kase_create(&op, (record_id){id_random()},
		       json_of(STR("{\"agrees\":\"YES\",\"return_wish\":\"YES\",\"return_country\":\"NG\"}")), NULL,
		       &id, &code));
	return id;
}

static struct seal_at place(case_id id, int64_t version)
{
	return (struct seal_at){.tenant = house->keys.tenant,
				.table = SEAL_HEAD,
				.row = id.v,
				.object = id.v,
				.version = (uint64_t)version};
}

/* The vault knows of it, and its first byte says another format. */
static void write_head(case_id id, int by)
{
	struct op op = house_op(&cmf, day_of(2018, 9, 1));
	struct seal_at was, at;
	uint8_t before[32], after[32];
	struct kase_row_row row;
	int64_t changed;
	struct db *tx;
	str plain, sealed;
	bool found;

	OK(kase_row(reader, w.a, id, &row, &found));
	was = place(id, row.version);
	at = place(id, row.version + 1);
	OK(crypt_open(w.a, &house->keys.head, &was, row.head, &plain));
	((char *)(uintptr_t)plain.p)[0] = (char)(plain.p[0] + by);
	OK(crypt_seal(w.a, &house->keys.head, &at, plain, &sealed));
	crypt_sha256(row.head, before);
	crypt_sha256(sealed, after);
	OK(vault_head_next(op.vault, w.a, id, before, after));
	OK(db_begin(house->pool, reader, w.a, &tx));
	OK(kase_update(tx, w.a, id, row.version + 1, row.seq, sealed, row.version, &changed));
	OK(db_commit(tx, w.a));
	assert_int_equal(changed, 1);
}

/* As after a restart. */
static struct err *start_again(void)
{
	heads_destroy(house->heads);
	names_destroy(house->names);
	house->heads = heads_create();
	house->names = names_create();
	house->unsealed = false;
	return house_unseal(house, reader, w.v, w.a, test_now());
}

static void another_version(void **state)
{
	static const int others[] = {-1, 1};
	struct person *const all[] = {&coo, &cmf};
	case_id id;

	(void)state;
	house_new(all, 2);
	id = some_case();
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct err *e;

		write_head(id, others[i]);
		e = start_again();
		assert_non_null(e);
		assert_int_equal(e->kind, ERR_CONFIG);
		assert_true(str_find(e->detail, STR("start the version that wrote them")) >= 0);
		assert_false(house->unsealed);
		write_head(id, -others[i]);
		OK(start_again());
		assert_int_equal(house->refused_heads, 0);
		assert_int_equal(heads_count(house->heads), 1);
	}
	house_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(another_version)};

	return cmocka_run_group_tests_name("formats of heads", tests, NULL, NULL);
}
