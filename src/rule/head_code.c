/* head_code.c — the head of a case as bytes, and back.  Sparse: only what is present is written, so it stays small. */
#include "head.h"

#include <string.h>

#define HEAD_FORMAT 3

/* Zigzag LEB128: small numbers take one byte. */
static void put_num(struct buf *b, int64_t v)
{
	uint64_t u = ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);

	while (u >= 0x80) {
		buf_c(b, (char)(u | 0x80));
		u >>= 7;
	}
	buf_c(b, (char)u);
}

static void put_u32(struct buf *b, uint32_t v)
{
	buf_put(b, &v, sizeof v); /* little-endian machines only: amd64, arm64 */
}

/* Days are written from the day the case was created: two bytes instead of three.  0 is NO_DAY. */
static day day_base(const struct head *h)
{
	return h->created == NO_DAY ? 0 : h->created;
}

static void put_day(struct buf *b, day base, day d)
{
	int64_t away = (int64_t)d - base;

	put_num(b, d == NO_DAY ? 0 : away >= 0 ? away + 1 : away);
}

/* Which of many rows are there: a count of bytes, then a bit for each row.  A program with more rows reads fewer bytes. */
enum { ROWS_MAX = 128 };
struct rows {
	uint8_t bit[ROWS_MAX / 8];
};
_Static_assert((int)FACTS <= (int)ROWS_MAX && (int)FORMS <= (int)ROWS_MAX, "bits of the rows of a head");

static void rows_set(struct rows *r, int at)
{
	r->bit[at / 8] |= (uint8_t)(1u << at % 8);
}

static bool rows_has(const struct rows *r, int at)
{
	return r->bit[at / 8] & 1u << at % 8;
}

static void put_rows(struct buf *b, const struct rows *r, int rows)
{
	int n = (rows + 7) / 8;

	while (n > 0 && !r->bit[n - 1])
		n--;
	buf_c(b, (char)n);
	buf_put(b, r->bit, (size_t)n);
}

static void put_facts(struct buf *b, const struct head *h)
{
	struct rows there = {0};

	for (int f = 0; f < FACTS; f++)
		if (h->fact[f] != NO_FACT)
			rows_set(&there, f);
	put_rows(b, &there, FACTS);
	for (int f = 0; f < FACTS; f++) {
		if (h->fact[f] == NO_FACT)
			continue;
		if (fact_rows[f].kind == FK_DAY)
			put_day(b, day_base(h), h->fact[f]);
		else
			put_num(b, h->fact[f]);
	}
}

/* Few people write in one case: their marks stand once, forms name them by position. */
static void put_forms(struct buf *b, const struct head *h)
{
	uint32_t author[FORMS];
	uint8_t by[FORMS];
	struct rows there = {0};
	size_t n = 0;

	for (int f = 0; f < FORMS; f++) {
		size_t at = 0;

		while (h->form[f].present && at < n && author[at] != h->form[f].author)
			at++;
		if (h->form[f].present && at == n)
			author[n++] = h->form[f].author;
		by[f] = (uint8_t)at;
		if (h->form[f].present)
			rows_set(&there, f);
	}
	buf_c(b, (char)n);
	for (size_t at = 0; at < n; at++)
		put_u32(b, author[at]);
	put_rows(b, &there, FORMS);
	for (int f = 0; f < FORMS; f++) {
		if (!h->form[f].present)
			continue;
		buf_c(b, (char)h->form[f].count);
		put_day(b, day_base(h), h->form[f].on);
		buf_c(b, (char)by[f]);
	}
}

enum { ENDS = 0x80 }; /* beside the state of a consent: its last day follows */

static void put_rest(struct buf *b, const struct head *h)
{
	for (int c = 0; c < CONSENT_KINDS; c++) {
		if (h->consent[c].state == CONSENT_NONE)
			continue;
		buf_c(b, (char)(c + 1));
		buf_c(b, (char)((unsigned)h->consent[c].state | (h->consent[c].until ? ENDS : 0)));
		put_day(b, day_base(h), h->consent[c].on);
		if (h->consent[c].until)
			put_day(b, day_base(h), h->consent[c].until);
	}
	buf_c(b, 0);
	for (int w = 0; w < WAIVERS_MAX; w++) {
		if (h->waiver[w].asked_by == 0)
			continue;
		buf_c(b, (char)(w + 1));
		buf_c(b, (char)h->waiver[w].condition);
		buf_c(b, (char)h->waiver[w].transition);
		buf_c(b, (char)h->waiver[w].about);
		put_u32(b, h->waiver[w].asked_by);
		put_u32(b, h->waiver[w].granted_by);
		put_day(b, day_base(h), h->waiver[w].on);
		put_num(b, h->waiver[w].until);
	}
	buf_c(b, 0);
}

str head_encode(struct arena *a, const struct head *h)
{
	struct buf b;

	buf_init(&b, a, 4 * HEAD_MAX);
	buf_c(&b, HEAD_FORMAT);
	buf_put(&b, h->id.v.b, 16);
	buf_put(&b, h->code, sizeof h->code);
	buf_put(&b, h->office, 8);
	buf_put(&b, h->cor_office, 8);
	buf_put(&b, h->assignee.v.b, 16);
	buf_put(&b, h->cor_assignee.v.b, 16);
	buf_c(&b, (char)h->state);
	buf_c(&b, (char)h->from_state);
	buf_c(&b, (char)h->dossiers);
	put_num(&b, h->flags);
	put_day(&b, 0, h->created);
	put_day(&b, day_base(h), h->state_since);
	put_day(&b, day_base(h), h->touched);
	put_num(&b, h->tally.n);
	buf_put(&b, h->tally.all, sizeof h->tally.all);
	put_facts(&b, h);
	put_forms(&b, h);
	put_rest(&b, h);
	if (b.over)
		BUG("head over %d bytes", 4 * HEAD_MAX);
	return buf_done(&b);
}

struct reader {
	str s;
	bool bad;
};

static const char *take(struct reader *r, size_t n)
{
	static const char zeros[32];
	const char *p = r->s.p;

	if (r->s.n < n) {
		r->bad = true;
		return zeros;
	}
	r->s = str_sub(r->s, n, r->s.n);
	return p;
}

static unsigned get_byte(struct reader *r)
{
	return (unsigned char)*take(r, 1);
}

static int64_t get_num(struct reader *r)
{
	uint64_t u = 0;

	for (unsigned shift = 0; shift < 42; shift += 7) {
		unsigned c = get_byte(r);

		u |= (uint64_t)(c & 0x7F) << shift;
		if (!(c & 0x80))
			return (int64_t)(u >> 1) ^ -(int64_t)(u & 1);
	}
	r->bad = true;
	return 0;
}

/* A number within bounds; anything else makes the head unreadable. */
static int64_t get_within(struct reader *r, int64_t lo, int64_t hi)
{
	int64_t v = get_num(r);

	if (v < lo || v > hi)
		r->bad = true;
	return r->bad ? lo : v;
}

static uint32_t get_u32(struct reader *r)
{
	uint32_t v;

	memcpy(&v, take(r, sizeof v), sizeof v);
	return v;
}

static day get_day(struct reader *r, day base)
{
	int64_t v = get_num(r), d = v > 0 ? base + v - 1 : base + v;

	if (v == 0)
		return NO_DAY;
	if (d < day_of(1, 1, 1) || d > day_of(9999, 12, 31))
		r->bad = true;
	return r->bad ? NO_DAY : (day)d;
}

/* The position a sparse row names (it was written plus one), or -1 at the end of the rows. */
static int get_row(struct reader *r, int rows)
{
	int at = (int)get_byte(r) - 1;

	if (at >= rows)
		r->bad = true;
	return r->bad ? -1 : at;
}

static struct rows get_rows(struct reader *r, int rows)
{
	struct rows there = {0};
	unsigned n = get_byte(r);

	if (n > sizeof there.bit)
		r->bad = true;
	else
		memcpy(there.bit, take(r, n), n);
	for (int at = rows; at < ROWS_MAX; at++)
		if (rows_has(&there, at))
			r->bad = true;
	return there;
}

static int32_t get_fact(struct reader *r, const struct head *h, enum fact_kind kind)
{
	switch (kind) {
	case FK_DAY:
		return get_day(r, day_base(h));
	case FK_CODE:
	case FK_PRESENT:
		return (int32_t)get_within(r, 0, 255);
	case FK_MASK:
		return (int32_t)get_within(r, 0, INT32_MAX);
	case FK_COUNTRY:
		return (int32_t)get_within(r, 0, 0xFFFF);
	case FK_INT:
	default:
		return (int32_t)get_within(r, -INT32_MAX, INT32_MAX);
	}
}

static void get_forms(struct reader *r, struct head *h)
{
	unsigned n = get_byte(r);
	uint32_t author[FORMS];
	struct rows there;

	if (n > FORMS)
		r->bad = true;
	for (unsigned i = 0; i < n && !r->bad; i++)
		author[i] = get_u32(r);
	there = get_rows(r, FORMS);
	for (int at = 0; at < FORMS && !r->bad; at++) {
		unsigned by;

		if (!rows_has(&there, at))
			continue;

		h->form[at].present = true;
		h->form[at].count = (uint8_t)get_byte(r);
		h->form[at].on = get_day(r, day_base(h));
		by = get_byte(r);
		if (by >= n || h->form[at].on == NO_DAY)
			r->bad = true;
		h->form[at].author = r->bad ? 0 : author[by];
	}
}

static void get_rest(struct reader *r, struct head *h)
{
	int at;

	while ((at = get_row(r, CONSENT_KINDS)) >= 0) {
		unsigned byte = get_byte(r), state = byte & ~(unsigned)ENDS;

		if (state == CONSENT_NONE || state > CONSENT_NA)
			r->bad = true;
		h->consent[at].state = r->bad ? CONSENT_NONE : (enum consent_state)state;
		h->consent[at].on = get_day(r, day_base(h));
		h->consent[at].until = byte & ENDS ? get_day(r, day_base(h)) : 0;
		if (h->consent[at].on == NO_DAY || h->consent[at].until == NO_DAY ||
		    ((byte & ENDS) && h->consent[at].until == 0))
			r->bad = true;
	}
	while ((at = get_row(r, WAIVERS_MAX)) >= 0) {
		h->waiver[at].condition = (uint8_t)get_byte(r);
		h->waiver[at].transition = (uint8_t)get_byte(r);
		h->waiver[at].about = (uint8_t)get_byte(r);
		h->waiver[at].asked_by = get_u32(r);
		h->waiver[at].granted_by = get_u32(r);
		h->waiver[at].on = get_day(r, day_base(h));
		h->waiver[at].until = (day)get_within(r, 0, day_of(9999, 12, 31));
	}
}

static void get_fixed(struct reader *r, struct head *h, unsigned *state, unsigned *from)
{
	memcpy(h->id.v.b, take(r, 16), 16);
	memcpy(h->code, take(r, sizeof h->code), sizeof h->code);
	memcpy(h->office, take(r, 8), 8);
	memcpy(h->cor_office, take(r, 8), 8);
	memcpy(h->assignee.v.b, take(r, 16), 16);
	memcpy(h->cor_assignee.v.b, take(r, 16), 16);
	*state = get_byte(r);
	*from = get_byte(r);
	h->dossiers = (uint8_t)get_byte(r);
	h->flags = (uint32_t)get_within(r, 0, UINT32_MAX);
	h->created = get_day(r, 0);
	h->state_since = get_day(r, day_base(h));
	h->touched = get_day(r, day_base(h));
	h->tally.n = (uint32_t)get_within(r, 0, UINT32_MAX);
	memcpy(h->tally.all, take(r, sizeof h->tally.all), sizeof h->tally.all);
}

struct err *head_decode(struct arena *a, str bytes, struct head *out)
{
	struct reader r = {.s = bytes};
	struct head h;
	unsigned format, state, from;
	struct rows there;

	head_init(&h);
	format = get_byte(&r);
	if (!r.bad && format != HEAD_FORMAT)
		return FAIL(a, CONFIG, NULL,
			    "the heads of the files are of format %u and this version of the program reads format %u: "
			    "start the version that wrote them",
			    format, HEAD_FORMAT);
	get_fixed(&r, &h, &state, &from);
	there = get_rows(&r, FACTS);
	for (int f = 0; f < FACTS && !r.bad; f++)
		if (rows_has(&there, f))
			h.fact[f] = get_fact(&r, &h, fact_rows[f].kind);
	get_forms(&r, &h);
	get_rest(&r, &h);
	if (r.bad || r.s.n || state >= STATES || from >= STATES || h.code[sizeof h.code - 1])
		return FAIL(a, INTERNAL, NULL, "head does not decode");
	h.state = (enum state)state;
	h.from_state = (enum state)from;
	*out = h;
	return NULL;
}
