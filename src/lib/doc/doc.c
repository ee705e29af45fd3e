/* doc.c — the blocks of a document become rows of laid-out text.
 *
 * Every layout is made here, when the block is added, so that a missing letter is known before anything is drawn.
 * Pango's objects are released with the arena. */
#include "flow.h"

#define FAMILIES "Noto Sans, Noto Sans Arabic, Noto Sans Symbols2"
#define GAP 18.0 /* between columns */
#define ROW_PAD 4.0
#define NOTE_PAD 8.0
#define SIGN_ROOM 48.0

#ifdef __SANITIZE_ADDRESS__
/* For whoever prints under the sanitizer: fontconfig 2.14 keeps 288 bytes that it forgets; nothing of ours is excused. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so";
}
#endif

struct style {
	double size;
	bool bold, rtl, end;
	str lang;
};

static PangoContext *context_new(struct arena *a, PangoDirection direction)
{
	/* The default map belongs to this thread; Pango keeps one for each. */
	PangoContext *c = pango_font_map_create_context(pango_cairo_font_map_get_default());
	cairo_font_options_t *options = cairo_font_options_create();

	arena_defer(a, g_object_unref, c);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(c, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(c, 72);
	pango_context_set_round_glyph_positions(c, FALSE);
	pango_context_set_base_dir(c, direction);
	return c;
}

static PangoLayout *layout_new(struct doc *d, str text, const struct style *style, double width)
{
	PangoLayout *l = pango_layout_new(style->rtl ? d->rtl : d->ltr);
	PangoFontDescription *font = pango_font_description_from_string(FAMILIES);
	PangoAttrList *attrs = pango_attr_list_new();

	arena_defer(d->arena, g_object_unref, l);
	pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
	if (style->bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	if (style->lang.n)
		pango_attr_list_insert(
			attrs, pango_attr_language_new(pango_language_from_string(arena_z(d->arena, style->lang))));
	pango_layout_set_attributes(l, attrs);
	pango_attr_list_unref(attrs);
	/* The direction is the column's, whatever letter a name happens to begin with. */
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_alignment(l, style->rtl != style->end ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	/* The Arabic font leaves room in each line for marks that only scripture stacks so high. */
	pango_layout_set_line_spacing(l, style->rtl ? 0.82F : 1.15F);
	pango_layout_set_text(l, text.p, (int)text.n);
	return l;
}

/* Appends the lines of a layout to c, each at least `least` high. */
static void lines_add(struct cell *c, PangoLayout *l, double least)
{
	const struct line *last = c->n ? &c->lines[c->n - 1] : NULL;
	double y = last ? last->top + last->height : 0;
	PangoLayoutIter *i = pango_layout_get_iter(l);
	PangoRectangle r;
	int top, bottom;

	do {
		double height, extra, baseline;

		pango_layout_iter_get_line_extents(i, NULL, &r);
		pango_layout_iter_get_line_yrange(i, &top, &bottom);
		height = (double)(bottom - top) / PANGO_SCALE;
		extra = height < least ? least - height : 0;
		baseline = (double)(pango_layout_iter_get_baseline(i) - top) / PANGO_SCALE;
		c->lines[c->n++] = (struct line){pango_layout_iter_get_line_readonly(i), (double)r.x / PANGO_SCALE, y,
						 height + extra, y + extra / 2 + baseline};
		y += height + extra;
	} while (pango_layout_iter_next_line(i));
	pango_layout_iter_free(i);
}

/* One layout for each line feed: Pango's time grows with the square of the paragraphs in one. */
static struct cell cell_new(struct doc *d, str text, struct style style, double x, double width)
{
	struct cell c = {.x = x, .width = width};
	size_t n = 1, lines = 0;
	PangoLayout **layouts;

	text = text_prepare(d, text, style.rtl);
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	layouts = NEWS(d->arena, PangoLayout *, n);
	for (size_t i = 0; i < n; i++) {
		layouts[i] = layout_new(d, str_split(&text, '\n'), &style, width);
		lines += (size_t)pango_layout_get_line_count(layouts[i]);
		d->unknown += pango_layout_get_unknown_glyphs_count(layouts[i]);
	}
	c.lines = NEWS(d->arena, struct line, lines);
	for (size_t i = 0; i < n; i++)
		lines_add(&c, layouts[i], style.size * (style.rtl ? 1.7 : 1.5));
	return c;
}

static struct row *row_add(struct doc *d, struct row made, size_t cells)
{
	struct row *r = NEW(d->arena, struct row);

	*r = made;
	r->cells = NEWS(d->arena, struct cell, cells);
	r->n = cells;
	if (d->last)
		d->last->following = r;
	else
		d->first = r;
	d->last = r;
	return r;
}

/* A column that begins `from` points after the edge where reading starts. */
static double column_x(const struct doc *d, double from, double width)
{
	return d->meta.rtl ? PAGE_WIDTH - MARGIN - from - width : MARGIN + from;
}

static struct style style_of(const struct doc *d, double size, bool bold)
{
	return (struct style){.size = size, .bold = bold, .rtl = d->meta.rtl, .lang = d->meta.lang};
}

struct doc *doc_new(struct arena *a, struct doc_meta meta)
{
	struct doc *d = NEW(a, struct doc);

	*d = (struct doc){.arena = a, .meta = meta};
	d->meta.title = text_prepare(d, meta.title, false);
	d->ltr = context_new(a, PANGO_DIRECTION_LTR);
	d->rtl = context_new(a, PANGO_DIRECTION_RTL);
	d->reference = cell_new(d, meta.reference, style_of(d, 8, false), column_x(d, 0, BODY_WIDTH), BODY_WIDTH);
	return d;
}

static void heading(struct doc *d, str text, double size, double before, const char *tag)
{
	struct row *r = row_add(d, (struct row){.before = before, .whole = true, .with_next = true}, 1);

	r->cells[0] = cell_new(d, text, style_of(d, size, true), MARGIN, BODY_WIDTH);
	r->cells[0].tag = tag;
}

void doc_h1(struct doc *d, str text)
{
	heading(d, text, 18, 20, "H1");
}

void doc_h2(struct doc *d, str text)
{
	heading(d, text, 13, 16, "H2");
}

void doc_text(struct doc *d, str text)
{
	struct row *r = row_add(d, (struct row){.before = 7}, 1);

	r->cells[0] = cell_new(d, text, style_of(d, 10.5, false), MARGIN, BODY_WIDTH);
	r->cells[0].tag = "P";
}

void doc_item(struct doc *d, str text)
{
	const double mark = 14;
	struct row *before = d->last;
	bool first = !before || !before->tag || !str_eqz(STR("LI"), before->tag);
	struct row *r = row_add(d, (struct row){.before = 4, .tag = "LI", .open = first ? "L" : NULL, .close = "L"}, 2);

	if (!first)
		before->close = NULL;
	r->cells[0] = cell_new(d, STR("•"), style_of(d, 10.5, false), column_x(d, 4, mark), mark);
	r->cells[1] = cell_new(d, text, style_of(d, 10.5, false), column_x(d, 4 + mark, BODY_WIDTH - 4 - mark),
			       BODY_WIDTH - 4 - mark);
	r->cells[0].tag = "Lbl";
	r->cells[1].tag = "LBody";
}

void doc_note(struct doc *d, str text)
{
	struct row *r = row_add(d, (struct row){.before = 10, .pad = NOTE_PAD, .whole = true, .frame = true}, 1);

	r->cells[0] = cell_new(d, text, style_of(d, 10.5, true), MARGIN + NOTE_PAD, BODY_WIDTH - 2 * NOTE_PAD);
	r->cells[0].tag = "P";
}

/* French stays at the left unless the document itself runs from right to left. */
static struct row *pair(struct doc *d, str text, str other, struct row made, double size, bool bold)
{
	const double width = (BODY_WIDTH - GAP) / 2 - 2 * made.pad;
	struct style style = style_of(d, size, bold);
	struct row *r = row_add(d, made, 2);

	r->cells[0] = cell_new(d, text, style, column_x(d, made.pad, width), width);
	style.rtl = d->meta.other_rtl;
	style.lang = d->meta.other_lang;
	r->cells[1] = cell_new(d, other, style, column_x(d, width + GAP + 3 * made.pad, width), width);
	r->cells[0].tag = r->cells[1].tag = "P";
	return r;
}

void doc_pair(struct doc *d, str text, str other)
{
	pair(d, text, other, (struct row){.before = 7, .tag = "Div"}, 10.5, false);
}

void doc_pair_h2(struct doc *d, str text, str other)
{
	struct row made = {.before = 16, .tag = "Div", .whole = true, .with_next = true};
	struct row *r = pair(d, text, other, made, 13, true);

	r->cells[0].tag = r->cells[1].tag = "H2";
}

void doc_pair_note(struct doc *d, str text, str other)
{
	struct row made = {.before = 10, .pad = NOTE_PAD, .tag = "Div", .whole = true, .frame = true};

	pair(d, text, other, made, 10.5, true);
}

void doc_keys(struct doc *d, const struct doc_key *rows, size_t n)
{
	const double key = BODY_WIDTH * 0.36, value = BODY_WIDTH - key - GAP;

	for (size_t i = 0; i < n; i++) {
		struct row made = {.before = i ? 0 : 8, .pad = ROW_PAD, .tag = "TR", .whole = true, .rule = true};
		struct row *r;

		made.open = i == 0 ? "Table" : NULL;
		made.close = i == n - 1 ? "Table" : NULL;
		r = row_add(d, made, 2);
		r->cells[0] = cell_new(d, rows[i].key, style_of(d, 9.5, true), column_x(d, 0, key), key);
		r->cells[1] = cell_new(d, rows[i].value, style_of(d, 10.5, false), column_x(d, key + GAP, value),
				       value);
		r->cells[0].tag = "TH";
		r->cells[1].tag = "TD";
	}
}

static void table_cells(struct doc *d, struct row *r, const struct doc_column *columns, const str *texts)
{
	const double gap = 10, room = BODY_WIDTH - gap * (double)r->n;
	double from = gap / 2, width, total = 0;
	struct style style = style_of(d, 9.5, r->shade);

	for (size_t i = 0; i < r->n; i++)
		total += columns[i].weight ? columns[i].weight : 1;
	for (size_t i = 0; i < r->n; i++, from += width + gap) {
		width = room * (columns[i].weight ? columns[i].weight : 1) / total;
		style.end = columns[i].amount;
		r->cells[i] = cell_new(d, texts[i], style, column_x(d, from, width), width);
		r->cells[i].tag = r->shade ? "TH" : "TD";
	}
}

void doc_table(struct doc *d, const struct doc_column *columns, size_t n, const str *cells, size_t rows)
{
	struct row made = {.before = 10,
			   .pad = ROW_PAD,
			   .tag = "TR",
			   .open = "Table",
			   .whole = true,
			   .rule = true,
			   .shade = true,
			   .with_next = rows > 0,
			   .close = rows ? NULL : "Table"};
	str titles[DOC_COLUMNS_MAX];
	struct row *head, *r;

	if (n == 0 || n > DOC_COLUMNS_MAX)
		BUG("table of %zu columns", n);
	for (size_t i = 0; i < n; i++)
		titles[i] = columns[i].title;
	head = row_add(d, made, n);
	table_cells(d, head, columns, titles);
	for (size_t i = 0; i < rows; i++) {
		made = (struct row){.pad = ROW_PAD, .tag = "TR", .whole = true, .rule = true, .head = head};
		made.close = i == rows - 1 ? "Table" : NULL;
		r = row_add(d, made, n);
		table_cells(d, r, columns, cells + i * n);
	}
}

void doc_sign(struct doc *d, const struct doc_signer *signers, size_t n)
{
	const double width = (BODY_WIDTH - GAP * (DOC_SIGNERS_MAX - 1)) / DOC_SIGNERS_MAX;
	struct row *who, *name, *under;

	if (n == 0 || n > DOC_SIGNERS_MAX)
		BUG("%zu signers", n);
	if (d->last)
		d->last->with_next = true; /* a page of signatures alone would say nothing of what was signed */
	who = row_add(d, (struct row){.before = 24, .whole = true, .with_next = true}, n);
	name = row_add(d, (struct row){.whole = true, .with_next = true, .blank = SIGN_ROOM, .sign = true}, n);
	under = row_add(d, (struct row){.before = 3, .whole = true}, n);
	for (size_t i = 0; i < n; i++) {
		double x = column_x(d, (width + GAP) * (double)i, width);

		who->cells[i] = cell_new(d, signers[i].role, style_of(d, 9.5, true), x, width);
		name->cells[i] = cell_new(d, signers[i].name, style_of(d, 9.5, false), x, width);
		under->cells[i] = cell_new(d, signers[i].under, style_of(d, 8, false), x, width);
		who->cells[i].tag = name->cells[i].tag = under->cells[i].tag = "P";
	}
}
