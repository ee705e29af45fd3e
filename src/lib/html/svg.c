/* svg.c — bars and bullets drawn by the server: readable without scripts, on paper and by a screen reader.
 *
 * Each row is its label and number with the bar below, so that long labels fit a phone.  Positions are
 * integers of a 600-unit wide box.  In languages written from the right, x runs from the right. */
#include "html.h"

enum { WIDTH = 600, ROW = 44, LABEL_Y = 16, BAR_Y = 22, BAR_H = 14 };

struct chart {
	struct html *h; /* locale and arena */
	struct html out;
	int64_t most; /* what the full width stands for, at least 1 */
	bool rtl;
};

static int64_t not_below_zero(int64_t v)
{
	return v < 0 ? 0 : v;
}

static int64_t scaled(const struct chart *c, int64_t v)
{
	return (int64_t)((__int128)v * WIDTH / c->most);
}

static void rect(struct chart *c, const char *class, int64_t from, int64_t width, int64_t y, int64_t height)
{
	buf_fmt(&c->out.out, "<rect class=\"%s\" x=\"%lld\" y=\"%lld\" width=\"%lld\" height=\"%lld\"/>", class,
		(long long)(c->rtl ? WIDTH - from - width : from), (long long)y, (long long)width, (long long)height);
}

static void text(struct chart *c, int64_t x, int64_t y, const char *anchor, str s)
{
	buf_fmt(&c->out.out, "<text x=\"%lld\" y=\"%lld\"%s>", (long long)(c->rtl ? WIDTH - x : x), (long long)y,
		anchor);
	html_text(&c->out, s);
	html_lit(&c->out, "</text>", 7);
}

/* "12", or "12 / 15" where there is a target. */
static str number(const struct chart *c, const struct svg_bar *bar)
{
	str value = fmt_int(c->h->a, c->h->l, bar->value);
	str target = bar->target < 0 ? STR("") : fmt_int(c->h->a, c->h->l, bar->target);

	return arena_fmt(c->h->a, "%.*s%s%.*s", STR_ARG(value), bar->target < 0 ? "" : " / ", STR_ARG(target));
}

static void row(struct chart *c, const struct svg_bar *bar, int64_t y)
{
	text(c, 0, y + LABEL_Y, "", bar->label);
	text(c, WIDTH, y + LABEL_Y, " text-anchor=\"end\"", number(c, bar));
	rect(c, "track", 0, WIDTH, y + BAR_Y, BAR_H);
	rect(c, "bar", 0, scaled(c, not_below_zero(bar->value)), y + BAR_Y, BAR_H);
	if (bar->target >= 0) {
		int64_t at = scaled(c, bar->target);

		rect(c, "target", at > WIDTH - 4 ? WIDTH - 4 : at, 4, y + BAR_Y - 3, BAR_H + 6);
	}
}

static void description(struct chart *c, const struct svg_bar *bars, size_t n)
{
	buf_z(&c->out.out, "<desc>");
	for (size_t i = 0; i < n; i++) {
		html_text(&c->out, bars[i].label);
		buf_z(&c->out.out, ": ");
		html_text(&c->out, number(c, &bars[i]));
		buf_z(&c->out.out, i + 1 < n ? "; " : "");
	}
	buf_z(&c->out.out, "</desc>");
}

html_frag svg_bars(struct html *h, str title, const struct svg_bar *bars, size_t n)
{
	struct chart c = {.h = h, .most = 1, .rtl = locale_rtl(h->l)};

	html_init(&c.out, h->a, h->l, h->out.max);
	for (size_t i = 0; i < n; i++) {
		c.most = bars[i].value > c.most ? bars[i].value : c.most;
		c.most = bars[i].target > c.most ? bars[i].target : c.most;
	}
	buf_fmt(&c.out.out, "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %d %zu\" direction=\"%s\"><title>", WIDTH,
		n * ROW, c.rtl ? "rtl" : "ltr");
	html_text(&c.out, title);
	buf_z(&c.out.out, "</title>");
	description(&c, bars, n);
	for (size_t i = 0; i < n; i++)
		row(&c, &bars[i], (int64_t)(i * ROW));
	buf_z(&c.out.out, "</svg>");
	return html_done(&c.out);
}
