/* password.c — the rules of passwords.  What must not happen here: anything typed in a log or an error. */
#include "password.h"

#include <stdlib.h>
#include <string.h>
#include <zxcvbn.h>

#include "i18n.h"
#include "password_lists.h"

#define BITS_MIN 50.0
#define WORDS_FEW 4 /* so many words of our lists are within reach of guessing */
#define WORD_MAX 40 /* bytes of the longest word looked for */
#define OWN_MAX 32

struct words {
	str *list;
	size_t n, longest;
};

static int by_bytes(const void *a, const void *b)
{
	const str *x = a, *y = b;
	int c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return c ? c : (x->n > y->n) - (x->n < y->n);
}

static void add(struct words *w, str word)
{
	if (word.n < 3 || word.n > WORD_MAX)
		return;
	w->list[w->n++] = word;
	if (word.n > w->longest)
		w->longest = word.n;
}

/* Letters alone, and what stands for letters: "P4$$w0rd" is "password". */
static str letters(struct arena *a, str plain, bool swapped)
{
	static const char from[] = "013457@$!", to[] = "oieastasi";
	char *out = arena_alloc(a, plain.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < plain.n; i++) {
		char c = plain.p[i];
		const char *at = swapped && c ? strchr(from, c) : NULL;

		if (at)
			c = to[at - from];
		if ((unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (swapped && c >= '0' && c <= '9'))
			out[n++] = c;
	}
	return (str){out, n};
}

static void add_own(struct arena *a, struct words *w, str text)
{
	str rest = text_plain(a, text);
	size_t at = 0;

	while (at < rest.n) {
		size_t end = at;

		while (end < rest.n && !strchr(" .-_@'", rest.p[end]))
			end++;
		add(w, letters(a, str_sub(rest, at, end - at), false));
		at = end + 1;
	}
}

static struct words gather(struct arena *a, const str *own, size_t n_own)
{
	struct words w = {0};
	size_t lines = 0;

	for (size_t i = 0; i < password_lists.n; i++)
		for (size_t j = 0; j < password_lists.files[i].data.n; j++)
			lines += password_lists.files[i].data.p[j] == '\n';
	w.list = NEWS(a, str, lines + n_own * 64 + 1);
	for (size_t i = 0; i < password_lists.n; i++) {
		str rest = password_lists.files[i].data;

		while (rest.n) {
			str line = str_split(&rest, '\n');

			if (line.n && line.p[0] != '#')
				add(&w, line);
		}
	}
	for (size_t i = 0; i < n_own; i++)
		add_own(a, &w, str_sub(own[i], 0, 120));
	qsort(w.list, w.n, sizeof *w.list, by_bytes);
	return w;
}

/* Is text a row of at most WORDS_FEW words of the lists?  fewest[i]: words that make its first i bytes. */
static bool few_words(struct arena *a, const struct words *w, str text)
{
	uint8_t *fewest = arena_alloc(a, text.n + 1);

	memset(fewest, UINT8_MAX, text.n + 1);
	fewest[0] = 0;
	for (size_t i = 0; i < text.n; i++) {
		size_t longest = text.n - i < w->longest ? text.n - i : w->longest;

		if (fewest[i] >= WORDS_FEW)
			continue;
		for (size_t len = 3; len <= longest; len++) {
			str part = str_sub(text, i, len);

			if (fewest[i] + 1 < fewest[i + len] && bsearch(&part, w->list, w->n, sizeof part, by_bytes))
				fewest[i + len] = (uint8_t)(fewest[i] + 1);
		}
	}
	return text.n > 0 && fewest[text.n] <= WORDS_FEW;
}

static double bits(struct arena *a, str normal, const str *own, size_t n_own)
{
	const char *words[OWN_MAX + 1] = {NULL};
	size_t n = 0;

	for (size_t i = 0; i < n_own && n < OWN_MAX; i++)
		if (own[i].n >= 3)
			words[n++] = arena_z(a, str_sub(own[i], 0, 60));
	return ZxcvbnMatch(arena_z(a, normal), words, NULL);
}

static size_t characters(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

str password_normal(struct arena *a, str typed)
{
	return text_nfkc(a, typed);
}

const char *password_fault(struct arena *a, str typed, const str *own, size_t n_own)
{
	str normal = password_normal(a, typed), plain;
	struct words w;

	if (typed.n > PASSWORD_BYTES || characters(normal) > PASSWORD_LONGEST)
		return N_(
			"This password is too long to be typed the same twice: choose one of at most 128 characters.");
	if (characters(normal) < PASSWORD_SHORTEST)
		return N_("This password is too short, and short ones are guessed quickly: choose at least 14 "
			  "characters, for example five words that have nothing to do with each other.");
	if (memchr(normal.p, '\0', normal.n))
		return N_("This password holds a sign that cannot be kept: choose another one.");
	w = gather(a, own, n_own);
	plain = text_plain(a, normal);
	if (few_words(a, &w, letters(a, plain, false)) || few_words(a, &w, letters(a, plain, true)))
		return N_("This password is made of words that are tried first, common ones or those of your account: "
			  "digits and signs between them do not help. Choose at least five words that have nothing "
			  "to do with each other.");
	if (bits(a, normal, own, n_own) < BITS_MIN)
		return N_("This password follows a pattern that is guessed quickly (keys side by side, a date, "
			  "repetitions): choose at least five words that have nothing to do with each other.");
	return NULL;
}

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
#define CODE_DIGITS 26 /* of five bits */
#define GROUP 5

str recovery_new(struct arena *a)
{
	uint8_t random[CODE_DIGITS];
	struct buf b;

	random_bytes(random, sizeof random);
	buf_init(&b, a, 2 * CODE_DIGITS);
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		if (i && i % GROUP == 0)
			buf_c(&b, '-');
		buf_c(&b, digits[random[i] & 31]);
	}
	crypt_wipe(random, sizeof random);
	return buf_done(&b);
}

static char as_printed(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	return c == 'I' || c == 'L' ? '1' : c;
}

bool recovery_key(str typed, struct key *out)
{
	static const struct key label = {{0}}; /* 130 random bits need no secret and no slow function */
	char code[CODE_DIGITS];
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		char c = as_printed(typed.p[i]);

		if (c == ' ' || c == '-')
			continue;
		if (n == CODE_DIGITS || !c || !strchr(digits, c))
			return false;
		code[n++] = c;
	}
	if (n != CODE_DIGITS)
		return false;
	*out = crypt_derive(&label, "recovery-code", (str){code, n});
	crypt_wipe(code, sizeof code);
	return true;
}
