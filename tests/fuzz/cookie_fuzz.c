/* cookie_fuzz.c — header lists: cookies, Accept-Encoding, If-None-Match.  What is found lies inside the input. */
#include "http_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str header = {(const char *)data, size}, v = http_cookie_value(header, STR("s"));

	if (v.p && (v.p < header.p || v.p + v.n > header.p + header.n || str_index(v, ';') >= 0))
		BUG("a cookie outside its header");
	http_gzip_accepted(header);
	http_etag_matches(header, STR("\"e\""));
	return 0;
}
