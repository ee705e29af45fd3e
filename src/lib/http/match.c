/* match.c — route patterns against decoded paths.  No wildcards: a segment is literal or one capture. */
#include "http.h"

bool http_match(str pattern, str path, struct http_pair captures[4], size_t *n)
{
	struct http_pair got[4];
	size_t count = 0;

	while (pattern.p && path.p) {
		str want = str_split(&pattern, '/');
		str have = str_split(&path, '/');

		if (want.n == 0 || want.p[0] != ':') {
			if (!str_eq(want, have))
				return false;
			continue;
		}
		if (have.n == 0)
			return false;
		if (count == sizeof got / sizeof *got)
			BUG("a route has more than four captures");
		got[count++] = (struct http_pair){str_sub(want, 1, want.n - 1), have};
	}
	if (pattern.p || path.p)
		return false;
	for (size_t i = 0; i < count; i++)
		captures[i] = got[i];
	*n = count;
	return true;
}
