/* init.c — the files of a new installation.  The keyring is put in place last: without it there is no vault, so an
 * init that was cut short can be done again. */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "files.h"
#include "keyring.h"
#include "store.h"

static struct err *make_files(struct arena *a, int dir, str secret, bool demonstration, struct password_cost cost)
{
	struct keyring k;
	struct err *e;
	bool is;
	uint64_t generation;

	e = keyring_peek(a, dir, &is, &generation);
	if (!e || e->kind != ERR_NOT_FOUND)
		return FAIL(a, CONFLICT, NULL, "there is a keyring in this directory");
	keyring_new(&k, demonstration);
	e = store_create(a, dir, k.tenant, &k.store);
	if (!e)
		e = shred_create(a, dir, k.tenant, &k.store);
	if (!e)
		e = audit_create(a, dir, keyring_origin(a, k.tenant), k.audit_seed);
	if (!e)
		e = keyring_save(a, dir, &k, secret, cost);
	crypt_wipe(&k, sizeof k);
	return e;
}

struct err *vault_init(struct arena *a, const char *dir, str secret, bool demonstration, struct password_cost cost)
{
	struct err *e;
	int fd;

	if (secret.n < 8)
		return FAIL(a, INVALID, NULL, "the passphrase is too short");
	crypt_start();
	TRY(vault_dir(a, dir, true, true, &fd));
	e = make_files(a, fd, secret, demonstration, cost);
	close(fd);
	if (!e)
		e = folder_sync(a, arena_fmt(a, "%s/vault", dir).p);
	return e ? e : folder_sync(a, dir);
}

struct err *vault_key_file(struct arena *a, const char *path, str *secret)
{
	return keyring_secret(a, path, secret);
}

struct err *vault_key_file_new(struct arena *a, const char *path)
{
	struct key k = crypt_key_new();
	str text = crypt_base64(a, (str){(char *)k.b, sizeof k.b});
	struct err *e;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	crypt_wipe(&k, sizeof k);
	if (fd < 0 && errno == EEXIST)
		return FAIL(a, CONFLICT, NULL, "%s exists", path);
	if (fd < 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", path, strerror(errno));
	e = file_append(a, fd, 0, arena_join(a, (str[]){text, STR("\n")}, 2, STR("")));
	if (!e && fsync(fd) != 0)
		e = FAIL(a, UNAVAILABLE, NULL, "%s: %s", path, strerror(errno));
	close(fd);
	return e ? e : folder_sync(a, path);
}
