/* embed.c — finding a file that was built in. */
#include "embed.h"

const struct embed_file *embed_find(const struct embed_set *set, str path)
{
	size_t lo = 0, hi = set->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(path, str_of(set->files[mid].path));

		if (c == 0)
			return &set->files[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}
