/* share_pdf.c — the sheet a holder keeps: drawn with cairo, without fonts of ours, so that it prints anywhere. */
#include <cairo-pdf.h>
#include <cairo.h>
#include <qrencode.h>
#include <string.h>

#include "ceremony.h"

#define WIDTH 595.276
#define HEIGHT 841.890
#define LEFT 56.7

static cairo_status_t keep(void *to, const unsigned char *p, unsigned n)
{
	buf_put(to, p, n);
	return CAIRO_STATUS_SUCCESS;
}

static void say(cairo_t *c, double *y, const char *font, double size, const char *text)
{
	cairo_select_font_face(c, font, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(c, size);
	*y += size * 1.45;
	cairo_move_to(c, LEFT, *y);
	cairo_show_text(c, text);
}

static struct err *draw_qr(struct arena *a, cairo_t *c, double *y, const char *text)
{
	QRcode *q = QRcode_encodeString(text, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
	const double side = 5;

	if (!q)
		return FAIL(a, INTERNAL, NULL, "no QR code can be made");
	*y += 20;
	for (int i = 0; i < q->width * q->width; i++)
		if (q->data[i] & 1) {
			int row = i / q->width, column = i % q->width;

			cairo_rectangle(c, LEFT + column * side, *y + row * side, side, side);
		}
	cairo_fill(c);
	*y += q->width * side + 10;
	QRcode_free(q);
	return NULL;
}

static struct err *draw(struct arena *a, cairo_t *c, const struct share *s, str set)
{
	str lines = share_text(a, s), flat = share_text(a, s);
	double y = LEFT;
	char *z = (char *)(uintptr_t)flat.p;
	size_t n = 0;

	for (size_t i = 0; i < flat.n; i++)
		if (flat.p[i] != ' ' && flat.p[i] != '\n')
			z[n++] = flat.p[i];
	z[n] = 0;
	say(c, &y, "sans-serif", 18,
	    arena_fmt(a, "Rivage — recovery key, share %d of %d / part %d sur %d", s->number, s->total, s->number,
		      s->total)
		    .p);
	say(c, &y, "sans-serif", 11,
	    arena_fmt(a, "Any %d shares of set %.*s open the backups;", s->need, STR_ARG(set)).p);
	say(c, &y, "sans-serif", 11, "with the key file and the disk, every file.  This one alone opens nothing.");
	say(c, &y, "sans-serif", 11,
	    arena_fmt(a, "%d parts de la série %.*s ouvrent les sauvegardes ;", s->need, STR_ARG(set)).p);
	say(c, &y, "sans-serif", 11, "avec le fichier de clé et le disque, tous les dossiers. Une seule n’ouvre rien.");
	say(c, &y, "sans-serif", 11, "Keep it under lock, away from the other shares.  Never photograph it.");
	say(c, &y, "sans-serif", 11, "À garder sous clé, loin des autres parts. Ne jamais la photographier.");
	y += 16;
	while (lines.p)
		say(c, &y, "monospace", 20, arena_z(a, str_split(&lines, '\n')));
	TRY(draw_qr(a, c, &y, z));
	say(c, &y, "sans-serif", 11, "Holder, place, date / Dépositaire, lieu, date :");
	crypt_wipe(z, n);
	return NULL;
}

struct err *share_pdf(struct arena *a, const struct share *s, str set, str *out)
{
	cairo_surface_t *page;
	cairo_status_t status;
	struct err *e;
	struct buf b;
	cairo_t *c;

	buf_init(&b, a, 4u << 20);
	page = cairo_pdf_surface_create_for_stream(keep, &b, WIDTH, HEIGHT);
	c = cairo_create(page);
	e = draw(a, c, s, set);
	cairo_show_page(c);
	status = cairo_status(c);
	cairo_destroy(c);
	cairo_surface_finish(page);
	cairo_surface_destroy(page);
	if (!e && (status != CAIRO_STATUS_SUCCESS || b.over))
		e = FAIL(a, INTERNAL, NULL, "the sheet cannot be drawn");
	*out = buf_done(&b);
	return e;
}
