/* at.c — places in words. */
#include "at.h"

void at_put(struct buf *b, const struct at *at)
{
	if (!at)
		return;
	at_put(b, at->up);
	if (!at->key) {
		buf_fmt(b, "[%zu]", at->index);
		return;
	}
	if (at->up)
		buf_c(b, '.');
	buf_z(b, at->key);
}
