/* tamper_test.c — an audit log that somebody changed, forged, cut or wrote anew, with its checkpoints; one of years; reading it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit_file.h"
#include "files_fixture.h"
#include "note.h"

/* A log of n entries in memory, with its checkpoints and key. */
struct log_bytes {
	str log, notes, key, kept; /* kept: the newest checkpoint, as kept elsewhere */
};

static struct log_bytes some_log(struct world *w, int n)
{
	struct log_bytes l;
	str rest;
	struct note note;

	world_new(w);
	for (int i = 0; i < n; i++)
		OK(vault_audit(w->v, w->a, NO_TOKEN, "test.entry", (case_id){{{(uint8_t)(1 + i % 7)}}}, i % 3 != 0, i));
	world_stop(w, SIGTERM);
	l = (struct log_bytes){file_get(w, "audit"), file_get(w, "audit.checkpoints"), file_get(w, "audit.pub"), {0}};
	for (rest = l.notes; note_take(w->a, &rest, &note);) {
		l.kept = (str){note.text.p, (size_t)(rest.p - note.text.p)};
		while (str_starts(rest, STR("\n")))
			rest = str_sub(rest, 1, rest.n);
	}
	return l;
}

static str swapped(struct arena *a, str log, size_t i, size_t j)
{
	char *p = (char *)(uintptr_t)arena_str(a, log).p;

	memcpy(p + i * AUDIT_ENTRY, log.p + j * AUDIT_ENTRY, AUDIT_ENTRY);
	memcpy(p + j * AUDIT_ENTRY, log.p + i * AUDIT_ENTRY, AUDIT_ENTRY);
	return (str){p, log.n};
}

static void a_thousand_tamperings(void **state)
{
	struct audit_report r;
	struct log_bytes l;
	struct world w;
	size_t entries;

	(void)state;
	l = some_log(&w, 600);
	entries = l.log.n / AUDIT_ENTRY;
	audit_check(w.a, l.log, l.notes, l.key, l.kept, &r);
	assert_true(r.good);
	assert_int_equal(r.entries, entries);
	assert_int_equal(r.checkpoints, 3);
	assert_int_equal(r.signed_size, entries);
	srandom(4);
	for (int i = 0; i < 1000; i++) {
		size_t at = (size_t)random() % entries, to = (size_t)random() % entries;
		str bad = l.log, cut = str_sub(l.log, 0, at * AUDIT_ENTRY);
		struct arena *a = arena_create(16u << 20);
		char *p;

		if (i % 4 == 0) { /* a byte changed */
			p = (char *)(uintptr_t)arena_str(a, bad).p;
			p[(size_t)random() % bad.n] ^= (char)(1 + random() % 255);
			bad.p = p;
		} else if (i % 4 == 1) { /* an entry dropped */
			bad = arena_join(a, (str[]){cut, str_sub(l.log, cut.n + AUDIT_ENTRY, l.log.n)}, 2, STR(""));
		} else if (i % 4 == 2) { /* two swapped */
			bad = swapped(a, l.log, at, at == to ? (at + 1) % entries : to);
		} else { /* cut short, with its checkpoints: only the one kept elsewhere tells */
			bad = cut;
			audit_check(a, bad, STR(""), l.key, (str){0}, &r);
			assert_true(r.good);
			audit_check(a, bad, STR(""), l.key, l.kept, &r);
			assert_false(r.good);
		}
		audit_check(a, bad, l.notes, l.key, (str){0}, &r);
		assert_false(r.good);
		assert_non_null(r.fault);
		arena_destroy(a);
	}
	world_end(&w);
}

/* Whoever can write the files can compute the chain anew, but not the signatures. */
static void a_log_written_anew(void **state)
{
	struct audit_report r;
	struct log_bytes l, m;
	struct world w, x;
	uint8_t link[32];
	char *p;

	(void)state;
	l = some_log(&w, 300);
	m = some_log(&x, 300);
	p = (char *)(uintptr_t)arena_str(w.a, l.log).p;
	p[3 * AUDIT_ENTRY + 2] ^= 1;
	memcpy(link, p + 2 * AUDIT_ENTRY + AUDIT_ENTRY - 32, 32);
	for (size_t i = 3; i < l.log.n / AUDIT_ENTRY; i++) {
		audit_link(link, (str){p + i * AUDIT_ENTRY, AUDIT_ENTRY}, link);
		memcpy(p + i * AUDIT_ENTRY + AUDIT_ENTRY - 32, link, 32);
	}
	audit_check(w.a, (str){p, l.log.n}, l.notes, l.key, (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, (str){p, l.log.n}, STR(""), l.key, l.kept, &r);
	assert_false(r.good);
	audit_check(w.a, m.log, m.notes, m.key, l.kept, &r); /* another installation's, whole */
	assert_false(r.good);
	audit_check(w.a, m.log, m.notes, l.key, (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, l.log, m.notes, l.key, (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, l.log, l.notes, STR("no key"), (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, l.log, l.notes, l.key, STR("no checkpoint"), &r);
	assert_false(r.good);
	file_put(&w, "audit", (str){p, l.log.n});
	KIND(CONFIG, unseal_here(&w));
	file_put(&w, "audit", l.log);
	file_put(&w, "audit.pub", m.key);
	KIND(CONFIG, unseal_here(&w));
	world_end(&w);
	world_end(&x);
}

static void every_byte_of_a_checkpoint_counts(void **state)
{
	struct audit_report r;
	struct log_bytes l;
	struct world w;
	char *p;

	(void)state;
	l = some_log(&w, 10);
	p = (char *)(uintptr_t)l.kept.p;
	for (size_t i = 0; i < l.kept.n; i++) {
		p[i] ^= 1;
		audit_check(w.a, l.log, STR(""), l.key, l.kept, &r);
		p[i] ^= 1;
		assert_false(r.good);
	}
	world_end(&w);
}

/* One checkpoint a minute makes 115 MB a year.  However many there are, the vault starts, and soon; and all of them
 * can be verified in little memory. */
static void years_of_checkpoints(void **state)
{
	struct arena *small = arena_create(1u << 20);
	struct audit_report r;
	struct log_bytes l;
	struct world w;
	size_t n;
	char *p;

	(void)state;
	l = some_log(&w, 10);
	n = (70u << 20) / l.notes.n + 1;
	p = arena_alloc(w.a, n * l.notes.n);
	for (size_t i = 0; i < n; i++)
		memcpy(p + i * l.notes.n, l.notes.p, l.notes.n);
	file_put(&w, "audit.checkpoints", (str){p, n * l.notes.n});
	OK(unseal_here(&w));
	file_put(&w, "audit.checkpoints", (str){p, n * l.notes.n - 100}); /* the last of them torn */
	OK(unseal_here(&w));
	assert_int_equal(file_get(&w, "audit.checkpoints").n, (n - 1) * l.notes.n);
	p[n * l.notes.n - 20] ^= 1; /* the last of them forged */
	file_put(&w, "audit.checkpoints", (str){p, n * l.notes.n});
	KIND(CONFIG, unseal_here(&w));
	audit_check(small, l.log, (str){p, 4000 * l.notes.n}, l.key, (str){0}, &r);
	assert_true(r.good);
	assert_int_equal(r.checkpoints, 4000);
	arena_destroy(small);
	world_end(&w);
}

static void show(void **state)
{
	struct audit_report r;
	struct audit_entry *e;
	struct world w;
	size_t n;

	(void)state;
	some_log(&w, 10);
	OK(audit_show(w.a, w.dir, 3, 4, &e, &n));
	assert_int_equal(n, 4);
	assert_int_equal(e[0].seq, 3);
	assert_string_equal(e[0].action, "test.entry");
	OK(audit_show(w.a, w.dir, 10, 100, &e, &n));
	assert_int_equal(n, 3);
	OK(audit_show(w.a, w.dir, 1000, 100, &e, &n));
	assert_int_equal(n, 0);
	OK(audit_verify(w.a, w.dir, (str){0}, &r));
	assert_true(r.good && r.entries == 13 && r.torn == 0);
	assert_true(str_starts(r.head, STR("13 ")));
	KIND(NOT_FOUND, audit_verify(w.a, "/nonexistent", (str){0}, &r));
	KIND(NOT_FOUND, audit_show(w.a, "/nonexistent", 0, 1, &e, &n));
	unlink(file_path(&w, "audit"));
	KIND(NOT_FOUND, audit_verify(w.a, w.dir, (str){0}, &r));
	KIND(NOT_FOUND, audit_show(w.a, w.dir, 0, 1, &e, &n));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_tamperings),
		cmocka_unit_test(a_log_written_anew),
		cmocka_unit_test(every_byte_of_a_checkpoint_counts),
		cmocka_unit_test(years_of_checkpoints),
		cmocka_unit_test(show),
	};

	return cmocka_run_group_tests_name("audit log tampered with", tests, NULL, NULL);
}
