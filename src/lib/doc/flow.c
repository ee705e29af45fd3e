/* flow.c — rows onto pages: where pages break, what is repeated, frames, footers and structure tags.
 *
 * Runs twice over the same rows: once to count the pages, once to draw.  Only `next` of the cells changes.  A tag
 * is closed before its page ends and opened again on the next one. */
#include "flow.h"

#include <stdio.h>

struct flow {
	struct doc *doc;
	cairo_t *cr; /* NULL: counting */
	int page, pages;
	double y;
	bool fresh; /* nothing on this page yet */
};

#define LINE_MIN 40.0 /* what must follow a heading on its page */

static void tag_open(const struct flow *f, const char *tag)
{
	if (f->cr && tag)
		cairo_tag_begin(f->cr, tag, NULL);
}

static void tag_close(const struct flow *f, const char *tag)
{
	if (f->cr && tag)
		cairo_tag_end(f->cr, tag);
}

static void lines_draw(const struct flow *f, const struct cell *c, size_t to, double y)
{
	for (size_t i = c->next; i < to; i++) {
		cairo_move_to(f->cr, c->x + c->lines[i].x, y + c->lines[i].baseline - c->lines[c->next].top);
		pango_cairo_show_layout_line(f->cr, c->lines[i].text);
	}
}

static void stroke(const struct flow *f, double grey, double width)
{
	cairo_set_source_rgb(f->cr, grey, grey, grey);
	cairo_set_line_width(f->cr, width);
	cairo_stroke(f->cr);
	cairo_set_source_rgb(f->cr, 0, 0, 0);
}

static void line(const struct flow *f, double x, double width, double y, double grey, double thick)
{
	cairo_move_to(f->cr, x, y);
	cairo_line_to(f->cr, x + width, y);
	stroke(f, grey, thick);
}

static void footer(const struct flow *f)
{
	const double y = PAGE_HEIGHT - 46;
	const struct cell *reference = &f->doc->reference;
	PangoLayout *l = pango_layout_new(f->doc->ltr);
	PangoFontDescription *font = pango_font_description_from_string("Noto Sans");
	char text[32];
	int width;

	line(f, MARGIN, BODY_WIDTH, y - 6, 0.6, 0.5);
	/* One line of it: a footer does not grow into the page. */
	lines_draw(f, reference, reference->n ? 1 : 0, y);
	snprintf(text, sizeof text, "%d/%d", f->page, f->pages);
	pango_font_description_set_absolute_size(font, 8 * PANGO_SCALE);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	pango_layout_set_text(l, text, -1);
	pango_layout_get_size(l, &width, NULL);
	cairo_move_to(f->cr, f->doc->meta.rtl ? MARGIN : PAGE_WIDTH - MARGIN - (double)width / PANGO_SCALE, y);
	pango_cairo_show_layout(f->cr, l);
	g_object_unref(l);
}

static void page_end(const struct flow *f)
{
	if (!f->cr)
		return;
	footer(f);
	cairo_show_page(f->cr);
}

static void page_next(struct flow *f)
{
	page_end(f);
	f->page++;
	f->y = BODY_TOP;
	f->fresh = true;
}

/* From the top of the first line left to its baseline. */
static double cell_lead(const struct cell *c)
{
	return c->next < c->n ? c->lines[c->next].baseline - c->lines[c->next].top : 0;
}

static double lines_height(const struct cell *c, size_t to)
{
	return to > c->next ? c->lines[to - 1].top + c->lines[to - 1].height - c->lines[c->next].top : 0;
}

/* Cells stand on one first baseline, though Arabic or Khmer lines begin higher than Latin ones: the distance from
 * the row's top to it. */
static double row_lead(const struct row *r)
{
	double most = 0;

	for (size_t i = 0; i < r->n; i++) {
		double own = cell_lead(&r->cells[i]);

		most = own > most ? own : most;
	}
	return most;
}

/* Of what is not yet on a page. */
static double row_height(const struct row *r)
{
	double most = 0, lead = row_lead(r);

	for (size_t i = 0; i < r->n; i++) {
		double h = lead - cell_lead(&r->cells[i]) + lines_height(&r->cells[i], r->cells[i].n);

		most = h > most ? h : most;
	}
	return most + 2 * r->pad + r->blank;
}

/* The first line that no longer fits into room; on a fresh page at least one does, so that the work goes on. */
static size_t fitting(const struct cell *c, double room, bool fresh)
{
	size_t to = c->next;

	while (to < c->n && lines_height(c, to + 1) <= room)
		to++;
	return to == c->next && fresh && to < c->n ? to + 1 : to;
}

static void ground_draw(const struct flow *f, const struct row *r, double height)
{
	if (r->shade) {
		cairo_set_source_rgb(f->cr, 0.92, 0.92, 0.92);
		cairo_rectangle(f->cr, MARGIN, f->y, BODY_WIDTH, height);
		cairo_fill(f->cr);
		cairo_set_source_rgb(f->cr, 0, 0, 0);
	}
	if (r->rule)
		line(f, MARGIN, BODY_WIDTH, f->y + height, 0.6, 0.5);
	for (size_t i = 0; i < r->n; i++) {
		const struct cell *c = &r->cells[i];

		if (r->frame) {
			cairo_rectangle(f->cr, c->x - r->pad, f->y, c->width + 2 * r->pad, height);
			stroke(f, 0, 1);
		}
		if (r->sign)
			line(f, c->x, c->width, f->y + height, 0, 0.7);
	}
}

/* How much of the row goes here, line by line for each cell; returns the height of it, without blank. */
static double fit(const struct flow *f, const struct row *r, size_t *to, double *shift)
{
	double most = 0, lead = row_lead(r), room = BODY_BOTTOM - f->y - 2 * r->pad;

	for (size_t i = 0; i < r->n; i++) {
		double h;

		shift[i] = lead - cell_lead(&r->cells[i]);
		to[i] = fitting(&r->cells[i], room - shift[i], f->fresh);
		h = shift[i] + lines_height(&r->cells[i], to[i]);
		most = h > most ? h : most;
	}
	return most + 2 * r->pad;
}

/* One row, or as much of it as this page takes; tagged false for a repeated head.  True: all of it is out. */
static bool piece(struct flow *f, struct row *r, bool tagged)
{
	size_t to[DOC_COLUMNS_MAX];
	double shift[DOC_COLUMNS_MAX], height = fit(f, r, to, shift);
	bool done = true;

	for (size_t i = 0; i < r->n; i++)
		done = done && to[i] == r->cells[i].n;
	height += done ? r->blank : 0;
	if (f->cr)
		ground_draw(f, r, height);
	if (tagged)
		tag_open(f, r->tag);
	for (size_t i = 0; i < r->n; i++) {
		if (tagged)
			tag_open(f, r->cells[i].tag);
		if (f->cr)
			lines_draw(f, &r->cells[i], to[i], f->y + r->pad + shift[i]);
		if (tagged)
			tag_close(f, r->cells[i].tag);
		r->cells[i].next = to[i];
	}
	if (tagged)
		tag_close(f, r->tag);
	f->y += height;
	f->fresh = false;
	return done;
}

static void rewind_row(struct row *r)
{
	for (size_t i = 0; i < r->n; i++)
		r->cells[i].next = 0;
}

/* Room that must be left for this row, and for those it may not be parted from. */
static double needed(const struct row *r)
{
	double sum = row_height(r);

	for (; r->with_next && r->following; r = r->following) {
		double next = row_height(r->following);

		sum += r->following->before + (r->following->whole || next < LINE_MIN ? next : LINE_MIN);
	}
	return sum;
}

static void page_next_in(struct flow *f, const struct row *r)
{
	struct row *head = (struct row *)(uintptr_t)r->head;

	page_next(f);
	if (!head)
		return;
	rewind_row(head);
	piece(f, head, false);
	/* The row under it may still be forced, so that a tall one gets on. */
	f->fresh = true;
}

static void place(struct flow *f, struct row *r)
{
	double room = BODY_BOTTOM - f->y - (f->fresh ? 0 : r->before), need = needed(r);

	if (!r->whole || need > BODY_BOTTOM - BODY_TOP)
		need = need < LINE_MIN ? need : LINE_MIN;
	if (!f->fresh && need > room)
		page_next_in(f, r);
	if (!f->fresh)
		f->y += r->before;
	tag_open(f, r->open);
	while (!piece(f, r, true) && f->page <= PAGES_MAX)
		page_next_in(f, r);
	tag_close(f, r->close);
}

int flow(struct doc *d, cairo_t *cr, int pages)
{
	struct flow f = {.doc = d, .cr = cr, .page = 1, .pages = pages, .y = BODY_TOP, .fresh = true};

	for (struct row *r = d->first; r; r = r->following)
		rewind_row(r);
	tag_open(&f, "Document");
	for (struct row *r = d->first; r && f.page <= PAGES_MAX; r = r->following)
		place(&f, r);
	page_end(&f);
	tag_close(&f, "Document");
	return f.page;
}
