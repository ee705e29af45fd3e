/* note.c — writing and strictly reading checkpoints. */
#include "note.h"

#include <string.h>

void note_key_hash(struct arena *a, str name, uint8_t type, const uint8_t pk[32], uint8_t out[4])
{
	const char middle[2] = {'\n', (char)type};
	uint8_t digest[32];

	crypt_sha256(arena_join(a, (str[]){name, {middle, 2}, {(const char *)pk, 32}}, 3, STR("")), digest);
	memcpy(out, digest, 4);
}

str note_make(struct arena *a, const struct sign_pair *sign, str origin, uint64_t size, const uint8_t root[32])
{
	str text = arena_fmt(a, "%.*s\n%llu\n%.*s\n", STR_ARG(origin), (unsigned long long)size,
			     STR_ARG(crypt_base64(a, (str){(const char *)root, 32})));
	uint8_t blob[68];

	note_key_hash(a, origin, NOTE_ED25519, sign->pk, blob);
	crypt_sign(sign, text, blob + 4);
	return arena_fmt(a, "%.*s\n" NOTE_DASH "%.*s %.*s\n", STR_ARG(text), STR_ARG(origin),
			 STR_ARG(crypt_base64(a, (str){(char *)blob, sizeof blob})));
}

static bool line(str *rest, str *out)
{
	ptrdiff_t end = str_index(*rest, '\n');

	if (end < 0)
		return false;
	*out = str_sub(*rest, 0, (size_t)end);
	*rest = str_sub(*rest, (size_t)end + 1, rest->n);
	return true;
}

static bool bytes_line(struct arena *a, str text, void *out, size_t n)
{
	str got;

	if (text.n != (n + 2) / 3 * 4 || crypt_unbase64(a, text, &got) || got.n != n)
		return false;
	memcpy(out, got.p, n);
	return true;
}

bool note_take(struct arena *a, str *rest, struct note *out)
{
	struct note n = {0};
	str at = *rest, size, root, blank, sig, start = STR(NOTE_DASH);
	uint8_t blob[68];
	int64_t v;

	if (!line(&at, &n.origin) || !line(&at, &size) || !line(&at, &root) || !line(&at, &blank) || !line(&at, &sig))
		return false;
	if (n.origin.n == 0 || blank.n || size.n == 0 || size.p[0] == '-' || (size.p[0] == '0' && size.n > 1))
		return false;
	if (!str_to_i64(size, &v) || !bytes_line(a, root, n.root, sizeof n.root))
		return false;
	if (!str_starts(sig, start) || !str_starts(str_sub(sig, start.n, sig.n), n.origin))
		return false;
	sig = str_sub(sig, start.n + n.origin.n, sig.n);
	if (!str_starts(sig, STR(" ")) || !bytes_line(a, str_sub(sig, 1, sig.n), blob, sizeof blob))
		return false;
	n.size = (uint64_t)v;
	memcpy(n.hash, blob, 4);
	memcpy(n.sig, blob + 4, 64);
	n.text = (str){rest->p, (size_t)(blank.p - rest->p)};
	*out = n;
	do
		*rest = at;
	while (str_starts(at, start) && line(&at, &sig));
	return true;
}

/* The beginning of a note is what some note's end makes whole. */
bool note_begins(struct arena *a, str text, str origin)
{
	static const uint8_t nothing[68];
	str none = crypt_base64(a, (str){(const char *)nothing, sizeof nothing});
	str lines[] = {origin, STR("1"), crypt_base64(a, (str){(const char *)nothing, 32}), STR(""),
		       arena_fmt(a, NOTE_DASH "%.*s %.*s", STR_ARG(origin), STR_ARG(none))};
	str rest = text, last, whole = text;
	struct note n;
	size_t i = 0;

	while (line(&rest, &last))
		i++;
	if (i >= sizeof lines / sizeof *lines)
		return false;
	if (rest.n < lines[i].n)
		whole = arena_fmt(a, "%.*s%.*s", STR_ARG(whole), STR_ARG(str_sub(lines[i], rest.n, lines[i].n)));
	for (i++; i < sizeof lines / sizeof *lines; i++)
		whole = arena_fmt(a, "%.*s\n%.*s", STR_ARG(whole), STR_ARG(lines[i]));
	whole = arena_fmt(a, "%.*s\n", STR_ARG(whole));
	return note_take(a, &whole, &n) && whole.n == 0 && str_eq(n.origin, origin);
}

bool note_good(struct arena *a, const struct note *n, str origin, const uint8_t pk[32])
{
	uint8_t hash[4];

	note_key_hash(a, origin, NOTE_ED25519, pk, hash);
	return str_eq(n->origin, origin) && memcmp(hash, n->hash, 4) == 0 && crypt_verify(pk, n->text, n->sig);
}

str note_key(struct arena *a, str name, uint8_t type, const uint8_t pk[32])
{
	uint8_t h[4];
	str typed = arena_join(a, (str[]){{(const char *)&type, 1}, {(const char *)pk, 32}}, 2, STR(""));

	note_key_hash(a, name, type, pk, h);
	return arena_fmt(a, "%.*s+%02x%02x%02x%02x+%.*s\n", STR_ARG(name), h[0], h[1], h[2], h[3],
			 STR_ARG(crypt_base64(a, typed)));
}

bool note_key_parse(struct arena *a, str text, uint8_t type, str *out, uint8_t pk[32])
{
	str rest = text, name, typed;
	uint8_t blob[33];

	name = str_split(&rest, '+');
	str_split(&rest, '+');
	if (!rest.p || !line(&rest, &typed) || rest.n || !bytes_line(a, typed, blob, sizeof blob) || blob[0] != type)
		return false;
	if (!str_eq(note_key(a, name, type, blob + 1), text))
		return false;
	*out = name;
	memcpy(pk, blob + 1, 32);
	return true;
}
