/* demo_accounts.c — writing and reading DIR/demo-accounts. */
#include "demo_accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const char *demo_accounts_path(struct arena *a, const char *dir)
{
	return arena_z(a, arena_fmt(a, "%s/" ACCOUNTS_FILE, dir));
}

struct err *write_private(struct arena *a, const char *path, str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	struct err *e;

	if (fd >= 0 && close(fd) != 0)
		good = false;
	if (good)
		return NULL;
	e = FAIL(a, UNAVAILABLE, "The file {arg} cannot be written.", "%s", strerror(errno));
	e->arg = arena_str(a, str_of(path));
	return e;
}

struct err *demo_accounts_write(struct arena *a, const char *dir, const struct demo_account *list, size_t n)
{
	struct buf b;

	buf_init(&b, a, 1 << 16);
	buf_z(&b, "login\tpassword\trole\toffice\tname\tsecret\n");
	for (size_t i = 0; i < n; i++) {
		str secret = crypt_base32(a, (str){(const char *)list[i].totp, SECRET_BYTES});

		buf_fmt(&b, "%.*s\t%.*s\t%s\t%.*s\t%.*s\t%.*s\n", STR_ARG(list[i].login), STR_ARG(list[i].password),
			roles[list[i].role].code, STR_ARG(list[i].office), STR_ARG(list[i].name), STR_ARG(secret));
	}
	return write_private(a, demo_accounts_path(a, dir), buf_done(&b));
}

static int base32_value(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* Base32 without padding (RFC 4648) of exactly n bytes. */
static bool unbase32(str s, uint8_t *out, size_t n)
{
	uint32_t bits = 0;
	size_t at = 0, held = 0;

	if (s.n != (n * 8 + 4) / 5)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int v = base32_value(s.p[i]);

		if (v < 0)
			return false;
		bits = bits << 5 | (uint32_t)v;
		held += 5;
		if (held < 8 || at == n)
			continue;
		held -= 8;
		out[at++] = (uint8_t)(bits >> held);
	}
	return at == n;
}

static bool read_line(str line, struct demo_account *out)
{
	out->login = str_split(&line, '\t');
	out->password = str_split(&line, '\t');
	out->role = role_find(str_split(&line, '\t'));
	out->office = str_split(&line, '\t');
	out->name = str_split(&line, '\t');
	return out->role != ROLE_NONE && unbase32(line, out->totp, SECRET_BYTES);
}

struct err *demo_accounts_read(struct arena *a, const char *dir, struct demo_account **out, size_t *n)
{
	str text;

	TRY(cli_read_file(a, demo_accounts_path(a, dir), 1 << 16, &text));
	*out = NEWS(a, struct demo_account, text.n / 16 + 1);
	*n = 0;
	str_split(&text, '\n'); /* names of the columns */
	while (text.n) {
		if (!read_line(str_split(&text, '\n'), &(*out)[*n]))
			return FAIL(a, CONFIG, NULL, "a line of " ACCOUNTS_FILE " cannot be read");
		++*n;
	}
	return NULL;
}
