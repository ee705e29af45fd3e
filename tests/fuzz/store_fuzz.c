/* store_fuzz.c — rows of the vault's store behind their seal.
 * Holds: rows that are taken can be written again, and taken again, to the same state. */
#include <stdlib.h>
#include <string.h>

#include "store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct out {
	struct codec c;
};

static void write_row(void *arg, enum row_type t, void *row)
{
	struct out *o = arg;

	row_write(&o->c, t, row);
}

static size_t rewritten(struct store *s, uint8_t *p, size_t n)
{
	struct out o = {codec_writer(p, n)};

	rows_each(s, write_row, &o);
	if (o.c.bad)
		abort();
	return o.c.at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[1 << 20], second[1 << 20];
	struct store s = {.fd = -1}, again = {.fd = -1};
	size_t n;

	if (size > 16384)
		return 0;
	crypt_start();
	rows_apply(&s, (str){(const char *)data, size});
	n = rewritten(&s, first, sizeof first);
	if (!rows_apply(&again, (str){(char *)first, n}) || rewritten(&again, second, sizeof second) != n)
		abort();
	rows_free(&s);
	rows_free(&again);
	return 0;
}
