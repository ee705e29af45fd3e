/* wipe_test.c — what stays in the memory of the vault: nothing of the keyring behind its use, no key of a question behind
 * its answer, refused half-way or not, and no secret of a session that is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core.h"
#include "files.h"
#include "recovery.h"
#include "vault_fixture.h"

#define STACK (1u << 20)

static struct person coo, cmf;

static bool among(const char *in, size_t n, const void *what, size_t n_what)
{
	const char *w = what;

	for (size_t i = 0; i + n_what <= n; i++) {
		size_t same = 0;

		while (same < n_what && in[i + same] == w[same])
			same++;
		if (same == n_what)
			return true;
	}
	return false;
}

/* Of memory that is nobody's any more, so it is read as a thief would: by the kernel, out of the process. */
static bool holds(const void *in, size_t n, const void *what, size_t n_what)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char *copy = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool found;

	assert_true(fd >= 0 && copy != MAP_FAILED);
	assert_int_equal(pread(fd, copy, n, (off_t)(uintptr_t)in), n);
	found = among(copy, n, what, n_what);
	crypt_wipe(copy, n);
	munmap(copy, n);
	close(fd);
	return found;
}

/* Whether what an arena gave since `from` holds one of the keyring's keys: all of it lies in the arena's first chunk. */
static bool keys_between(const char *from, struct arena *a, const struct keyring *k)
{
	const struct key *keys[] = {&k->pepper, &k->wrap, &k->store, &k->head, &k->csrf,
				    &k->token,  &k->totp, &k->login, &k->salt, &k->session};
	const uint8_t *seeds[] = {k->root_seed, k->delegate_seed, k->audit_seed};
	const char *to = arena_alloc(a, 1);
	size_t n = (size_t)(to - from);
	bool found = false;

	assert_true(to > from && n < 16u * 1024);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		found |= holds(from, n, keys[i]->b, sizeof keys[i]->b);
	for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
		found |= holds(from, n, seeds[i], 32);
	return found;
}

/* Written and read: the arena of the caller, which may live as long as the process, keeps none of it. */
static void the_keyring(void **state)
{
	struct arena *a = arena_create(1u << 20), *b = arena_create(1u << 20);
	struct keyring made, read;
	const char *from;
	struct world w;
	int dir;

	(void)state;
	world_dir(&w);
	OK(vault_dir(w.a, w.dir, true, true, &dir));
	keyring_new(&made, false);
	from = arena_alloc(a, 1);
	OK(keyring_save(a, dir, &made, PASSPHRASE, PASSWORD_COST_TEST));
	assert_false(keys_between(from, a, &made));
	from = arena_alloc(b, 1);
	OK(keyring_load(b, dir, PASSPHRASE, &read));
	assert_memory_equal(read.pepper.b, made.pepper.b, sizeof made.pepper.b);
	assert_false(keys_between(from, b, &made));
	arena_str(b, (str){(const char *)made.store.b, sizeof made.store.b}); /* so that this can fail */
	assert_true(keys_between(from, b, &made));
	crypt_wipe(&made, sizeof made);
	crypt_wipe(&read, sizeof read);
	close(dir);
	arena_destroy(a);
	arena_destroy(b);
	world_end(&w);
}

/* One question, on a stack of its own that can be searched when it has been answered. */
struct question {
	struct vaultd *v;
	struct ask k;
	struct err *e;
	uint8_t in[ASK_MAX], out[REPLY_MAX];
	char *stack;
};

static void *put_it(void *arg)
{
	struct question *q = arg;

	q->e = core_handle(q->v, &q->k);
	return NULL;
}

static struct question *question(struct world *w, struct vaultd *v, enum verb verb)
{
	struct question *q = NEW(w->a, struct question);

	q->v = v;
	q->k = (struct ask){.a = w->a, .verb = verb, .now = test_now()};
	q->k.in = codec_writer(q->in, sizeof q->in);
	q->k.out = codec_writer(q->out, sizeof q->out);
	q->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(q->stack, MAP_FAILED);
	return q;
}

static struct err *answer(struct question *q)
{
	pthread_attr_t how;
	pthread_t t;

	assert_false(q->k.in.bad);
	q->k.in = codec_reader(codec_written(&q->k.in));
	pthread_attr_init(&how);
	assert_int_equal(pthread_attr_setstack(&how, q->stack, STACK), 0);
	assert_int_equal(pthread_create(&t, &how, put_it, q), 0);
	pthread_join(t, NULL);
	pthread_attr_destroy(&how);
	return q->e;
}

static bool left(const struct question *q, const void *key)
{
	return holds(q->stack, STACK, key, 32) || holds(&q->k, sizeof q->k, key, 32) ||
	       (q->e && holds(q->out, sizeof q->out, key, 32));
}

static struct vaultd *stopped_and_opened(struct world *w)
{
	static const struct vault_config conf;
	struct vaultd *v = big_alloc(sizeof *v);

	world_stop(w, SIGTERM);
	*v = (struct vaultd){.conf = &conf, .life = w->a, .sealed = true};
	OK(vault_dir(w->a, w->dir, false, true, &v->dir));
	OK(core_unseal(v, w->a, PASSPHRASE, test_now()));
	return v;
}

static void shut(struct vaultd *v)
{
	core_seal(v);
	close(v->dir);
	free(v);
}

static void people(struct world *w)
{
	world_new_unlimited(w);
	coo = (struct person){.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	cmf = (struct person){.login = "cmf", .role = ROLE_CMF, .office = "PARIS"};
	person_new(w, &coo, NO_TOKEN);
	person_in(w, &coo);
	person_new(w, &cmf, coo.t);
	person_in(w, &cmf);
}

/* The secret that this password opens. */
static struct user_secret secret_of(struct vaultd *v, struct world *w, const struct key *pre)
{
	struct attempt t = {.user = map_get(&v->store.users, coo.id.v)};
	struct ask k = {.a = w->a, .now = test_now()};

	assert_true(attempt_opens(v, &k, &t, pre, SLOT_PASSWORD));
	return k.secret;
}

static struct err *sign_in(struct world *w, struct vaultd *v, struct key pre, str code, struct question **out)
{
	struct question *start = question(w, v, VERB_SIGNIN_START), *q = question(w, v, VERB_SIGNIN);
	struct second second = {.code = code};
	struct key_answer none;
	str login = STR("coo");

	code_str(&start->k.in, &login, LOGIN_MAX);
	OK(answer(start));
	code_str(&q->k.in, &login, LOGIN_MAX);
	code_key(&q->k.in, &pre);
	code_second(&q->k.in, &second, &none);
	*out = q;
	return answer(q);
}

/* The password is right and the code is wrong: the person's secret was open for a moment. */
static void a_sign_in(void **state)
{
	struct question *q;
	struct user_secret secret;
	struct vaultd *v;
	struct world w;
	struct key pre;
	str code;

	(void)state;
	people(&w);
	v = stopped_and_opened(&w);
	pre = world_pre(&w, PERSON_PASSWORD, ((struct st_user *)map_get(&v->store.users, coo.id.v))->salt);
	secret = secret_of(v, &w, &pre);
	test_clock->shift += 60000;
	code = crypt_totp_at(w.a, coo.totp, test_now());
	for (int right = 0; right < 2; right++) {
		struct err *e = sign_in(&w, v, pre, right ? code : STR("x"), &q);

		assert_int_equal(e == NULL, right);
		assert_false(left(q, pre.b));
		assert_false(left(q, secret.sk.b));
		assert_false(left(q, secret.sym.b));
	}
	shut(v);
	world_end(&w);
}

/* Two keys of a file are asked for; the second is damaged, so that neither is given. */
static void an_opening(void **state)
{
	str paris = STR("PARIS");
	case_id id = {id_random()};
	enum purpose why = PURPOSE_READ;
	struct case_key *keys;
	struct wrap *wraps;
	struct question *q;
	struct vaultd *v;
	struct key shred;
	struct world w;
	size_t n, n_keys;
	uint8_t head[32] = {0};

	(void)state;
	people(&w);
	OK(vault_object_new(w.v, w.a, coo.t, id, DOSSIER_FR, COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_TRAVEL), &paris, 1,
			    &wraps, &n, &keys, &n_keys));
	assert_true(n == 2 && n_keys == 2);
	v = stopped_and_opened(&w);
	shred = *shred_of(&v->shred, id);
	for (int damaged = 0; damaged < 2; damaged++) {
		if (damaged)
			((char *)(uintptr_t)wraps[1].sealed.p)[40] ^= 1;
		q = question(&w, v, VERB_OPEN);
		code_token(&q->k.in, &coo.t);
		code_id(&q->k.in, &id.v);
		CODE_ENUM(&q->k.in, why, PURPOSE_REVEAL + 1);
		code_bytes(&q->k.in, head, sizeof head);
		code_wraps(&q->k.in, w.a, &wraps, &n, OPEN_WRAPS_MAX);
		assert_int_equal(answer(q) != NULL, damaged);
		assert_int_equal(holds((char *)q->out, sizeof q->out, keys[0].key.b, 32), !damaged);
		assert_false(left(q, shred.b));
		q->e = NULL; /* an answer holds the keys that were asked for: only the stack is searched for them */
		assert_false(holds(q->stack, STACK, keys[0].key.b, 32));
		assert_false(holds(q->stack, STACK, keys[1].key.b, 32));
		assert_false(q->k.have_secret);
	}
	shut(v);
	world_end(&w);
}

/* Signed out, and withdrawn by another: what the session held is zeros, in memory and in what is read at a start. */
static void a_session_that_is_over(void **state)
{
	static const uint8_t zeros[SECRET_WRAP];
	size_t over = 0, open = 0;
	struct st_session *s;
	struct vaultd *v;
	struct world w;

	(void)state;
	people(&w);
	test_clock->shift += 60000;
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_REVOKE));
	OK(vault_signout(w.v, w.a, coo.t));
	test_clock->shift += 60000;
	person_in(&w, &coo);
	v = stopped_and_opened(&w);
	for (size_t i = 0; (s = map_next(&v->store.sessions, &i));) {
		assert_int_equal(memcmp(s->secret, zeros, sizeof zeros) == 0, s->ended);
		over += s->ended;
		open += !s->ended;
	}
	assert_int_equal(over, 2);
	assert_int_equal(open, 1);
	shut(v);
	world_end(&w);
}

#define MASK 0x5a

#define CHUNK ((size_t)1 << 20)
#define PAGE ((size_t)sysconf(_SC_PAGESIZE))

/* A page that nobody may touch on either side: so it is a mapping of its own, and is left out of the search. */
static uint8_t *search_buffer(void)
{
	uint8_t *p = mmap(NULL, CHUNK + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED && mprotect(p + PAGE, CHUNK, PROT_READ | PROT_WRITE) == 0);
	return p + PAGE;
}

static size_t copies_between(int mem, uintptr_t from, uintptr_t to, uint8_t *buffer, const uint8_t masked[32])
{
	size_t found = 0;

	while (to - from >= 32) {
		size_t n = to - from < CHUNK ? to - from : CHUNK;

		if (pread(mem, buffer, n, (off_t)from) != (ssize_t)n)
			break; /* gone since, or not of memory */
		for (size_t at = 0; at + 32 <= n; at++) {
			size_t same = 0;

			while (same < 32 && (buffer[at + same] ^ MASK) == masked[same])
				same++;
			found += same == 32;
		}
		if (n == to - from)
			break;
		from += n - 31;
	}
	return found;
}

/* Copies of a key in all that this process can write: its own is masked, so that it is not found itself. */
static size_t copies(const uint8_t masked[32])
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	uint8_t *buffer = search_buffer();
	uintptr_t from, to;
	size_t found = 0;
	char line[512], how[5];

	assert_true(maps && mem >= 0);
	while (fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &from, &to, how) != 3 || strncmp(how, "rw", 2) != 0 ||
		    to - from > ((size_t)64 << 20) || from == (uintptr_t)buffer)
			continue;
		found += copies_between(mem, from, to, buffer, masked);
	}
	munmap(buffer - PAGE, CHUNK + 2 * PAGE);
	close(mem);
	fclose(maps);
	return found;
}

static bool says_no(void *arg, const struct coordinator_seen *list, size_t n)
{
	(void)list, (void)n;
	*(size_t *)arg += 1; /* the rows are open at this moment */
	return false;
}

struct searched {
	uint8_t recovery[32], group[32]; /* masked */
};

static void mask(uint8_t out[32], struct key *k)
{
	for (size_t i = 0; i < 32; i++)
		out[i] = k->b[i] ^ MASK;
	crypt_wipe(k, sizeof *k);
}

/* The key of a group, as the recovery key opens it. */
static struct err *one_group(struct vaultd *v, struct arena *a, void *arg)
{
	struct searched *s = arg;
	struct key recovery, group;
	struct st_escrow *row;
	struct box_pair pair;
	size_t at = 0;
	str plain;

	TRY(core_unseal(v, a, PASSPHRASE, test_now()));
	row = map_next(&v->store.escrows, &at);
	assert_non_null(row);
	for (size_t i = 0; i < 32; i++)
		recovery.b[i] = s->recovery[i] ^ MASK;
	crypt_box_from_secret(&recovery, &pair);
	TRY(crypt_box_open(a, &pair, (str){(const char *)row->sealed, sizeof row->sealed}, &plain));
	memcpy(group.b, plain.p, 32);
	crypt_wipe((void *)(uintptr_t)plain.p, plain.n);
	mask(s->group, &group);
	crypt_wipe(&pair, sizeof pair);
	crypt_wipe(&recovery, sizeof recovery);
	stack_wipe();
	return NULL;
}

/* A coordinator from shares, refused when everything was open, and made: neither the recovery key nor a group's is left. */
static void the_recovery_key(void **state)
{
	struct searched s;
	struct coordinator_new c;
	struct share_card card;
	struct share shares[5];
	struct key secret, seen;
	size_t asked = 0;
	struct world w;

	(void)state;
	people(&w);
	world_stop(&w, SIGTERM);
	random_bytes(secret.b, sizeof secret.b); /* in its place: a key that is handed over leaves a copy on the way */
	shamir_split(&secret, 3, 5, shares, &card);
	mask(s.recovery, &secret);
	OK(vault_recovery_install(w.a, w.dir, PASSPHRASE, &card, test_now()));
	world_start(&w, NULL);
	world_unseal(&w);
	test_clock->shift += 60000;
	person_in(&w, &coo);
	world_stop(&w, SIGTERM);
	OK(core_alone(w.a, w.dir, one_group, &s));
	stack_wipe();
	assert_int_equal(copies(s.recovery), 0);
	assert_int_equal(copies(s.group), 0);
	for (int made = 0; made < 2; made++) {
		c = (struct coordinator_new){.secret = PASSPHRASE,
					     .shares = shares,
					     .n_shares = 3,
					     .login = STR("fresh"),
					     .name = STR("Fresh"),
					     .office = STR("PARIS"),
					     .now = test_now(),
					     .agree = made ? NULL : says_no,
					     .arg = &asked};
		assert_int_equal(vault_coordinator(w.a, w.dir, &c) == NULL, made);
		assert_int_equal(asked, 1);
		assert_int_equal(copies(s.recovery), 0);
		assert_int_equal(copies(s.group), 0);
	}
	for (size_t i = 0; i < 32; i++) /* so that this can fail */
		seen.b[i] = s.group[i] ^ MASK;
	assert_true(copies(s.group) > 0);
	crypt_wipe(&seen, sizeof seen);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_keyring),      cmocka_unit_test(a_sign_in),
		cmocka_unit_test(an_opening),       cmocka_unit_test(a_session_that_is_over),
		cmocka_unit_test(the_recovery_key),
	};

	return cmocka_run_group_tests_name("wipes", tests, NULL, NULL);
}
