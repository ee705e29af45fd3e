/* parts_test.c — the small parts of the vault, each alone: bytes, maps, tree heads, notes, packets. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "files.h"
#include "map.h"
#include "merkle.h"
#include "note.h"
#include "server.h"

static int setup(void **state)
{
	crypt_start();
	return test_arena(state);
}

static void bytes(void **state)
{
	uint8_t b[64], u8 = 200;
	uint16_t u16 = 60000;
	uint32_t u32 = 4000000000u;
	int32_t i32 = -5;
	int64_t i64 = INT64_MIN;
	bool yes = true;
	char z[5] = "abcd", y[4];
	struct codec c = codec_writer(b, sizeof b);
	str s = STR("hey");

	(void)state;
	code_u8(&c, &u8);
	code_u16(&c, &u16);
	code_u32(&c, &u32);
	code_i32(&c, &i32);
	code_i64(&c, &i64);
	code_bool(&c, &yes);
	code_text(&c, z, sizeof z);
	code_str(&c, &s, 3);
	c = codec_reader(codec_written(&c));
	u8 = 0, u16 = 0, u32 = 0, i32 = 0, i64 = 0, yes = false;
	code_u8(&c, &u8);
	code_u16(&c, &u16);
	code_u32(&c, &u32);
	code_i32(&c, &i32);
	code_i64(&c, &i64);
	code_bool(&c, &yes);
	code_text(&c, z, sizeof z);
	code_str(&c, &s, 3);
	assert_true(codec_end(&c));
	assert_true(u8 == 200 && u16 == 60000 && u32 == 4000000000u && i32 == -5 && i64 == INT64_MIN && yes);
	assert_string_equal(z, "abcd");
	assert_true(str_eq(s, STR("hey")));
	c = codec_reader(STR("\x04"
			     "abcd"));
	code_text(&c, y, sizeof y); /* no room for its end */
	assert_true(c.bad);
	c = codec_reader(STR("\x02"
			     "a\0"));
	code_text(&c, z, sizeof z); /* a NUL inside */
	assert_true(c.bad);
	c = codec_reader(STR("\x02"));
	code_bool(&c, &yes);
	assert_true(c.bad);
}

static void bounds(void **state)
{
	uint8_t b[4];
	struct codec c = codec_reader(STR("\x05\x00"
					  "abc"));
	str s;
	size_t n = 9;
	uint32_t v = 7;

	(void)state;
	code_str(&c, &s, 100); /* says five, has three */
	assert_true(c.bad && s.n == 0);
	code_u32(&c, &v);
	assert_int_equal(v, 0); /* nothing moves behind a bad step */
	c = codec_reader(STR("\xff\xff"));
	code_count(&c, &n, 10);
	assert_true(c.bad && n == 0);
	c = codec_writer(b, sizeof b);
	s = STR("too long");
	code_str(&c, &s, 100);
	assert_true(c.bad);
	c = codec_writer(b, sizeof b);
	code_str(&c, &s, 3);
	assert_true(c.bad);
	c = codec_writer(b, sizeof b);
	code_count(&c, &n, 0);
	n = 11;
	code_count(&c, &n, 10);
	assert_true(c.bad);
}

/* Against a plain array, with keys that collide on purpose. */
static void maps(void **state)
{
	enum { KEYS = 500 };
	struct map m = {0};
	char here[KEYS] = {0};
	size_t n = 0;

	(void)state;
	assert_null(map_drop(&m, (struct id){{1}}));
	srandom(7);
	for (int i = 0; i < 20000; i++) {
		size_t k = (size_t)random() % KEYS;
		struct id id = {{(uint8_t)k, (uint8_t)(k >> 8)}};

		if (random() % 2) {
			map_put(&m, id, &here[k]);
			n += !here[k];
			here[k] = 1;
		} else {
			assert_ptr_equal(map_drop(&m, id), here[k] ? &here[k] : NULL);
			n -= here[k] != 0;
			here[k] = 0;
		}
		assert_int_equal(m.n, n);
	}
	for (size_t k = 0; k < KEYS; k++)
		assert_ptr_equal(map_get(&m, (struct id){{(uint8_t)k, (uint8_t)(k >> 8)}}), here[k] ? &here[k] : NULL);
	map_free(&m, NULL);
}

static void tree_heads(void **state)
{
	/* The test tree of Certificate Transparency. */
	static const str leaves[] = {STR(""),
				     STR("\x00"),
				     STR("\x10"),
				     STR("\x20\x21"),
				     STR("\x30\x31"),
				     STR("\x40\x41\x42\x43"),
				     STR("\x50\x51\x52\x53\x54\x55\x56\x57"),
				     STR("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f")};
	static const char *const roots[] = {
		[0] = "e3b0c442", [1] = "6e340b9c", [2] = "fac54203", [3] = "aeb6bcfe", [8] = "5dc9da79"};
	struct merkle t = {0};

	(void)state;
	for (size_t n = 0; n <= 8; n++) {
		uint8_t root[32];
		char hex[9];

		merkle_root(&t, root);
		snprintf(hex, sizeof hex, "%02x%02x%02x%02x", root[0], root[1], root[2], root[3]);
		if (n < 4 || n == 8)
			assert_string_equal(hex, roots[n]);
		if (n < 8)
			merkle_add(&t, leaves[n]);
	}
}

static void notes(void **state)
{
	static const char *const bad[] = {
		"",
		"o\n",
		"o\n1\n",
		"o\n1\nAAAA\n\n\xe2\x80\x94 o AAAA\n",
		"o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 o AAAA\n",
		"o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 o AAAA\n",
		"o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nx\n\xe2\x80\x94 o AAAA\n",
		"o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n- o AAAA\n",
		"o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 p AAAA\n"};
	struct arena *a = *state;
	uint8_t root[32] = {9}, pk[32];
	struct sign_pair sign;
	struct note n;
	str text, rest, name, key;

	crypt_sign_new(&sign);
	text = note_make(a, &sign, STR("rivage/x"), 12, root);
	rest = arena_join(a, (str[]){text, STR("more")}, 2, STR(""));
	assert_true(note_take(a, &rest, &n));
	assert_true(str_eq(rest, STR("more")));
	assert_int_equal(n.size, 12);
	assert_memory_equal(n.root, root, 32);
	assert_true(note_good(a, &n, STR("rivage/x"), sign.pk));
	assert_false(note_good(a, &n, STR("rivage/y"), sign.pk));
	key = note_key(a, STR("rivage/x"), NOTE_ED25519, sign.pk);
	assert_true(note_key_parse(a, key, NOTE_ED25519, &name, pk));
	assert_memory_equal(pk, sign.pk, 32);
	assert_false(note_key_parse(a, str_sub(key, 1, key.n), NOTE_ED25519, &name, pk));
	assert_false(note_key_parse(a, STR("a+b"), NOTE_ED25519, &name, pk));
	crypt_sign_new(&sign);
	assert_false(note_good(a, &n, STR("rivage/x"), sign.pk));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		rest = str_of(bad[i]);
		assert_false(note_take(a, &rest, &n));
		assert_true(str_eqz(rest, bad[i]));
	}
}

/* A note cut anywhere is the beginning of one; the whole of it is not, nor one in which a bit was changed. */
static void beginnings_of_notes(void **state)
{
	struct arena *a = *state;
	uint8_t root[32] = {7};
	struct sign_pair sign;
	str text, origin = STR("rivage/x");

	crypt_sign_new(&sign);
	text = note_make(a, &sign, origin, 1234, root);
	for (size_t n = 1; n < text.n; n++)
		assert_true(note_begins(a, str_sub(text, 0, n), origin));
	assert_false(note_begins(a, text, origin));
	assert_false(note_begins(a, str_sub(text, 0, 40), STR("rivage/y")));
	for (size_t bit = 0; bit < text.n * 8; bit++) {
		char *other = memcpy(arena_alloc(a, text.n), text.p, text.n);

		other[bit / 8] ^= (char)(1 << bit % 8);
		assert_false(note_begins(a, (str){other, text.n}, origin));
	}
}

/* What a client makes of answers that are none. */
static void wrong_answers(void **state)
{
	static const struct {
		struct wire_head h;
		const char *why;
	} wrong[] = {{{.verb = VERB_STATUS, .seq = 7}, "another question's"},
		     {{.verb = VERB_STAFF, .seq = 1}, "another verb's"},
		     {{.verb = VERB_STATUS, .seq = 1, .kind = 200}, "no such kind"},
		     {{.verb = VERB_STATUS, .seq = 1}, "too short"}};
	struct arena *a = *state;
	struct vault_status s;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct vault *v;
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
		v = vault_attach(a, pair[0]);
		assert_true(wire_send(pair[1], wrong[i].h, STR("abc"), 0));
		assert_int_equal(vault_status(v, a, &s)->kind, ERR_UNAVAILABLE);
		assert_int_equal(vault_status(v, a, &s)->kind, ERR_UNAVAILABLE); /* and nothing on it again */
		close(pair[0]);
		close(pair[1]);
	}
}

static void packets(void **state)
{
	uint8_t p[PACKET] = "RVM1", body[100];
	struct wire_head h = {0};
	size_t n = 0;
	int pair[2];
	str got;

	(void)state;
	assert_true(wire_parse(p, &h, &got));
	p[PACKET - 1] = 1; /* something behind the end */
	assert_false(wire_parse(p, &h, &got));
	p[PACKET - 1] = 0;
	p[12] = 0xff;
	p[13] = 0xff; /* longer than a packet */
	assert_false(wire_parse(p, &h, &got));
	p[12] = p[13] = 0;
	p[7] = 2; /* neither more nor not */
	assert_false(wire_parse(p, &h, &got));
	p[7] = 0;
	p[0] = 'X';
	assert_false(wire_parse(p, &h, &got));
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(wire_receive(pair[0], &h, body, &n, sizeof body, MSG_DONTWAIT), WIRE_NOTHING);
	assert_int_equal(send(pair[1], p, 100, 0), 100);
	assert_int_equal(wire_receive(pair[0], &h, body, &n, sizeof body, 0), WIRE_BAD);
	assert_true(wire_send(pair[1], h, (str){(char *)p, 200}, 0));
	assert_int_equal(wire_receive(pair[0], &h, body, &n, sizeof body, 0), WIRE_BAD); /* no room */
	close(pair[1]);
	assert_int_equal(wire_receive(pair[0], &h, body, &n, sizeof body, 0), WIRE_GONE);
	assert_false(wire_send(pair[0], h, STR("x"), 0));
	close(pair[0]);
}

/* Which folders were put on the disk: meson.build wraps fsync. */
static ino_t synced[64];
static size_t n_synced;

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && n_synced < sizeof synced / sizeof *synced)
		synced[n_synced++] = st.st_ino;
	return __real_fsync(fd);
}

static bool was_synced(const char *path)
{
	struct stat st;
	bool found = false;

	assert_int_equal(stat(path, &st), 0);
	for (size_t i = 0; i < n_synced; i++)
		found = found || synced[i] == st.st_ino;
	return found;
}

/* A name is on the disk when its folder is: a power cut behind init takes neither the key file nor the vault. */
static void new_names_stay(void **state)
{
	static const char *const made[] = {"key",
					   "another",
					   "data/vault/keyring",
					   "data/vault/store",
					   "data/vault/keys",
					   "data/vault/audit",
					   "data/vault/audit.checkpoints",
					   "data/vault/audit.pub",
					   "data/vault",
					   "data"};
	struct arena *a = arena_create(16u << 20);
	char base[] = "/tmp/vault-parts-XXXXXX";
	const char *dir, *vault;

	(void)state;
	assert_non_null(mkdtemp(base));
	dir = arena_fmt(a, "%s/data", base).p;
	vault = arena_fmt(a, "%s/data/vault", base).p;
	n_synced = 0;
	assert_null(vault_key_file_new(a, arena_fmt(a, "%s/key", base).p));
	assert_true(was_synced(base));
	n_synced = 0;
	assert_null(vault_init(a, arena_fmt(a, "%s/", dir).p, STR("a passphrase"), false, PASSWORD_COST_TEST));
	assert_true(was_synced(base) && was_synced(dir) && was_synced(vault));
	assert_int_equal(chdir(base), 0);
	n_synced = 0;
	assert_null(vault_key_file_new(a, "another"));
	assert_true(was_synced(base));
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		assert_int_equal(remove(made[i]), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(base), 0);
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes),         cmocka_unit_test(bounds),  cmocka_unit_test(maps),
		cmocka_unit_test(tree_heads),    cmocka_unit_test(notes),   cmocka_unit_test(beginnings_of_notes),
		cmocka_unit_test(wrong_answers), cmocka_unit_test(packets), cmocka_unit_test(new_names_stay),
	};

	return cmocka_run_group_tests_name("vault parts", tests, setup, test_arena_end);
}
