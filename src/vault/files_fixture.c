/* files_fixture.c — behind files_fixture.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"
#include "files.h"
#include "files_fixture.h"

const char *file_path(struct world *w, const char *name)
{
	return arena_fmt(w->a, "%s/vault/%s", w->dir, name).p;
}

str file_get(struct world *w, const char *name)
{
	int fd = open(file_path(w, name), O_RDONLY);
	struct stat st;
	char *p;

	assert_true(fd >= 0);
	fstat(fd, &st);
	p = arena_alloc(w->a, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, p, (size_t)st.st_size), st.st_size);
	close(fd);
	return (str){p, (size_t)st.st_size};
}

void file_put(struct world *w, const char *name, str s)
{
	int fd = open(file_path(w, name), O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, s.p, s.n), (ssize_t)s.n);
	close(fd);
}

struct err *unseal_here(struct world *w)
{
	static const struct vault_config conf;
	struct arena *life = arena_create(64u << 20);
	struct vaultd *v = big_alloc(sizeof *v);
	struct err *e;

	v->conf = &conf;
	v->life = life;
	v->sealed = true;
	e = vault_dir(w->a, w->dir, false, true, &v->dir);
	if (!e) {
		e = core_unseal(v, w->a, PASSPHRASE, test_now());
		core_seal(v);
		close(v->dir);
	}
	free(v);
	arena_destroy(life);
	return e;
}
