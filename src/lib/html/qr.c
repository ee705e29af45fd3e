/* qr.c — a QR code as SVG: black on white whatever the colours of the page, with the quiet zone readers want. */
#include <qrencode.h>

#include "html.h"

#define QUIET 4

html_frag svg_qr(struct html *h, str title, str text)
{
	QRcode *q = QRcode_encodeString8bit(arena_z(h->a, text), 0, QR_ECLEVEL_M);
	int side = q ? q->width + 2 * QUIET : 0;
	struct html out;

	if (!q)
		return (html_frag){{0}};
	html_init(&out, h->a, h->l, 1 << 18);
	buf_fmt(&out.out, "<svg role=\"img\" width=\"240\" height=\"240\" viewBox=\"0 0 %d %d\"><title>", side, side);
	html_text(&out, title);
	buf_fmt(&out.out, "</title><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"", side,
		side);
	for (int y = 0; y < q->width; y++)
		for (int x = 0; x < q->width; x++)
			if (q->data[y * q->width + x] & 1)
				buf_fmt(&out.out, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
	buf_z(&out.out, "\"/></svg>");
	QRcode_free(q);
	return html_done(&out);
}
