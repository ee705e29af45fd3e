/* path_fuzz.c — http_parse_path and http_match: what is accepted begins with a slash and has no dot segment. */
#include "http_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_pair captures[4];
	size_t n;
	str path;

	if (!http_parse_path(a, (str){(const char *)data, size}, &path)) {
		if (!str_starts(path, STR("/")) || str_index(path, '\0') >= 0 || !str_utf8_ok(path) ||
		    str_find(path, STR("/../")) >= 0 || str_ends(path, STR("/..")) || str_find(path, STR("//")) >= 0)
			BUG("a path that must not pass");
		if (http_match(STR("/cases/:case/forms/:form"), path, captures, &n))
			for (size_t i = 0; i < n; i++)
				if (captures[i].value.n == 0 || str_index(captures[i].value, '/') >= 0)
					BUG("a capture that is no segment");
	}
	arena_destroy(a);
	return 0;
}
