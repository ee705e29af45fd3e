/* multipart_fuzz.c — http_parse_multipart: first line of the input is the Content-Type, the rest the body. */
#include "http_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_request q = {.a = a};
	str body = {(const char *)data, size}, type = str_split(&body, '\n');

	if (!http_parse_multipart(a, type, body, &q)) {
		for (size_t i = 0; i < q.n_form; i++)
			if (!str_utf8_ok(q.form[i].name) || !str_utf8_ok(q.form[i].value))
				BUG("unclean part");
		for (size_t i = 0; i < q.n_files; i++)
			if (q.files[i].data.n &&
			    (q.files[i].data.p < body.p || q.files[i].data.p + q.files[i].data.n > body.p + body.n))
				BUG("a file outside the body");
	}
	arena_destroy(a);
	return 0;
}
