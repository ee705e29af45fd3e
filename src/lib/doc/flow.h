/* flow.h — rows of laid-out text, and how they are put on pages; private to this folder.
 *
 * Everything in a document is a row of cells side by side: a paragraph is a row of one, a pair of two, a table row
 * of many.  One engine then breaks, repeats and tags them all. */
#pragma once
#include <cairo.h>
#include <pango/pangocairo.h>

#include "doc.h"

/* A4 in points. */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.890
#define MARGIN 56.7
#define BODY_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define BODY_TOP 56.7
#define BODY_BOTTOM (PAGE_HEIGHT - 70.0)
#define PAGES_MAX 500

struct line {
	PangoLayoutLine *text;
	double x, top, height, baseline; /* in its cell */
};
struct cell {
	struct line *lines;
	size_t n, next; /* next: the first line not yet on a page */
	double x, width;
	const char *tag; /* structure type, NULL: none of its own */
};
struct row {
	struct row *following;
	struct cell *cells;
	size_t n;
	double before, pad, blank; /* space above, inside above and below, and left blank under the text */
	const char *tag;           /* around the cells; NULL: none */
	const char *open, *close;  /* a group that begins before this row or ends after it, e.g. "Table" */
	const struct row *head;    /* repeated when this row starts a page */
	bool whole;                /* not broken, if a page can hold it */
	bool with_next;            /* no page ends with it */
	bool shade, frame, rule;   /* grey ground; frame around; line below */
	bool sign;                 /* a line to sign on under each cell */
};

struct doc {
	struct arena *arena;
	struct doc_meta meta;
	PangoContext *ltr, *rtl;
	struct row *first, *last;
	struct cell reference; /* of the footer */
	int unknown;           /* letters without a font */
	bool bad;              /* text that is not UTF-8 */
};

/* Ready to be laid out in a column of that direction; marks d bad if it is not UTF-8. */
str text_prepare(struct doc *d, str text, bool rtl);

/* Puts all rows on pages; cr NULL only counts.  pages: the total, for the footer.  Returns how many there are, or
 * PAGES_MAX + 1. */
int flow(struct doc *d, cairo_t *cr, int pages);
