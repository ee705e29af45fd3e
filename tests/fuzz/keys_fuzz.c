/* keys_fuzz.c — the file of shred keys behind its seal, and the whole file before it.
 * Holds: a changed file gives no key that was not put in, and never another one. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "files.h"
#include "shred.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct key lock = {{5}};
static const struct id tenant = {{6}};
static char good[4096];
static size_t n_good;

static void make_good(struct arena *a)
{
	char dir[] = "/tmp/keys-fuzz-XXXXXX";
	struct shred s;
	int fd;
	str file;

	if (!mkdtemp(dir) || vault_dir(a, dir, true, false, &fd) || shred_create(a, fd, tenant, &lock) ||
	    shred_open(a, &s, fd, tenant, &lock))
		abort();
	for (uint8_t i = 0; i < 4; i++) {
		shred_put(&s, (case_id){{{i, 1}}}, &(struct key){{i, 2}});
		if (shred_commit(a, &s))
			abort();
	}
	shred_close(&s);
	if (file_read(a, fd, "keys", sizeof good, &file))
		abort();
	memcpy(good, file.p, file.n);
	n_good = file.n;
	unlinkat(fd, "keys", 0);
	close(fd);
	rmdir(arena_fmt(a, "%s/vault", dir).p);
	rmdir(dir);
}

static void judge(struct arena *a, str file)
{
	struct shred s;
	struct shred_key *k;

	if (!shred_read(a, &s, tenant, &lock, file))
		for (size_t i = 0; (k = map_next(&s.keys, &i));)
			if (k->object.b[0] > 3 || k->key.b[0] != k->object.b[0] || k->key.b[1] != 2)
				abort();
	shred_close(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(64u << 20);
	char *changed;

	crypt_start();
	if (n_good == 0)
		make_good(a);
	judge(a, (str){(const char *)data, size});
	changed = (char *)(uintptr_t)arena_str(a, (str){good, n_good}).p;
	for (size_t i = 0; i + 2 < size; i += 3)
		changed[(data[i] | (size_t)data[i + 1] << 8) % n_good] ^= (char)data[i + 2];
	judge(a, (str){changed, size && data[0] & 1 ? n_good - (data[0] >> 1) : n_good});
	arena_destroy(a);
	return 0;
}
