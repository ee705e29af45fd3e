/* pdf.c — the file: cairo writes it, and we add what cairo 1.16 cannot say.
 *
 * cairo has no way to set /Lang, without which a screen reader reads French with an English voice, nor to show the
 * title instead of the file's name.  Both go into the catalogue object, rewritten in an incremental update behind
 * cairo's bytes (ISO 32000-1, §7.5.6). */
#include <cairo-pdf.h>
#include <string.h>

#include "flow.h"

#define FILE_MAX ((guint)32 << 20)

static cairo_status_t collect(void *closure, const unsigned char *p, unsigned n)
{
	GByteArray *file = closure;

	/* Not the arena: going past its cap would jump out of cairo. */
	if (n > FILE_MAX - file->len)
		return CAIRO_STATUS_WRITE_ERROR;
	g_byte_array_append(file, p, n);
	return CAIRO_STATUS_SUCCESS;
}

static void surface_close(void *surface)
{
	cairo_surface_destroy(surface);
}

static void context_close(void *cr)
{
	cairo_destroy(cr);
}

static void file_close(void *file)
{
	g_byte_array_unref(file);
}

static struct err *draw(struct doc *d, struct arena *a, int pages, GByteArray *file)
{
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(collect, file, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_t *cr = cairo_create(s);

	arena_defer(a, surface_close, s);
	arena_defer(a, context_close, cr);
	cairo_pdf_surface_restrict_to_version(s, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, arena_z(a, d->meta.title));
	/* When a paper was made says more than its reader may need to know. */
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, "");
	flow(d, cr, pages);
	cairo_surface_finish(s);
	if (cairo_status(cr) || cairo_surface_status(s))
		return FAIL(a, INTERNAL, NULL, "PDF: %s, %s", cairo_status_to_string(cairo_status(cr)),
			    cairo_status_to_string(cairo_surface_status(s)));
	return NULL;
}

static ptrdiff_t find_last(str in, str what)
{
	for (size_t i = in.n < what.n ? 0 : in.n - what.n + 1; i-- > 0;)
		if (memcmp(in.p + i, what.p, what.n) == 0)
			return (ptrdiff_t)i;
	return -1;
}

/* What stands behind the last `key` up to the end of its line, blanks trimmed; absent if there is none. */
static str value_of(str in, str key)
{
	ptrdiff_t at = find_last(in, key);
	str rest;

	if (at < 0)
		return (str){0};
	rest = str_sub(in, (size_t)at + key.n, in.n);
	return str_trim(str_split(&rest, '\n'));
}

static bool lang_ok(str lang)
{
	for (size_t i = 0; i < lang.n; i++)
		if (!((lang.p[i] | 32) >= 'a' && (lang.p[i] | 32) <= 'z') && lang.p[i] != '-')
			return false;
	return lang.n >= 2 && lang.n <= 35;
}

/* cairo's file, then the catalogue again with language and title, its place in the table, and a trailer. */
static struct err *finish(struct arena *a, str file, str lang, str *out)
{
	str root = value_of(file, STR("/Root ")), size = value_of(file, STR("/Size "));
	str info = value_of(file, STR("/Info ")), start = value_of(file, STR("startxref\n"));
	str rest = root, number = str_split(&rest, ' '), catalogue;
	ptrdiff_t at = find_last(file, arena_fmt(a, "\n%.*s 0 obj\n<< ", STR_ARG(number))), end;
	size_t table;
	struct buf b;

	if (at < 0 || !start.n || !size.n || !info.n || !lang_ok(lang))
		return FAIL(a, INTERNAL, NULL, "PDF: not the end of file that cairo writes, or a bad language");
	catalogue = str_sub(file, (size_t)at + 1, file.n);
	end = str_find(catalogue, STR(">>\nendobj"));
	if (end < 0)
		return FAIL(a, INTERNAL, NULL, "PDF: catalogue without end");
	buf_init(&b, a, file.n + 4096);
	buf_str(&b, file);
	buf_str(&b, str_sub(catalogue, 0, (size_t)end));
	buf_fmt(&b, "   /Lang (%.*s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n", STR_ARG(lang));
	table = b.n;
	buf_fmt(&b, "xref\n%.*s 1\n%010zu 00000 n \n", STR_ARG(number), file.n);
	buf_fmt(&b,
		"trailer\n<< /Size %.*s\n   /Root %.*s\n   /Info %.*s\n   /Prev %.*s\n>>\nstartxref\n%zu\n%%%%EOF\n",
		STR_ARG(size), STR_ARG(root), STR_ARG(info), STR_ARG(start), table);
	if (b.over)
		return FAIL(a, INTERNAL, NULL, "PDF: catalogue of unexpected size");
	*out = buf_done(&b);
	return NULL;
}

struct err *doc_pdf(struct doc *d, struct arena *a, str *out)
{
	GByteArray *file;
	int pages;

	if (d->bad)
		return FAIL(a, INTERNAL, NULL, "document: text that is not UTF-8");
	if (d->unknown)
		return FAIL(a, INTERNAL, NULL, "document: %d letters without a font (fonts-noto)", d->unknown);
	pages = flow(d, NULL, 0);
	if (pages > PAGES_MAX)
		return FAIL(a, TOO_BIG, NULL, "document: over %d pages", PAGES_MAX);
	file = g_byte_array_new();
	arena_defer(a, file_close, file);
	TRY(draw(d, a, pages, file));
	return finish(a, (str){(const char *)file->data, file->len}, d->meta.lang, out);
}
