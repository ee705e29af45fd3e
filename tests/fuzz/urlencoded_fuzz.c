/* urlencoded_fuzz.c — http_parse_urlencoded: names and values come out without NUL, in clean UTF-8, within the limit,
 * and survive being written and read again. */
#include "http_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_pair *p, *again;
	size_t n, m;

	if (!http_parse_urlencoded(a, (str){(const char *)data, size}, 100, &p, &n)) {
		if (n > 100)
			BUG("more pairs than allowed");
		for (size_t i = 0; i < n; i++) {
			str name = http_urlencode(a, p[i].name), value = http_urlencode(a, p[i].value);
			str text = arena_fmt(a, "%.*s=%.*s", STR_ARG(name), STR_ARG(value));

			if (!str_utf8_ok(p[i].name) || !str_utf8_ok(p[i].value) || str_index(p[i].value, '\0') >= 0)
				BUG("unclean pair");
			if (http_parse_urlencoded(a, text, 1, &again, &m) || m != 1 ||
			    !str_eq(again[0].name, p[i].name) || !str_eq(again[0].value, p[i].value))
				BUG("a pair does not survive");
		}
	}
	arena_destroy(a);
	return 0;
}
