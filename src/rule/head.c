/* head.c — encoding of the head of a case.  Sparse: only what is present is written, so it stays small. */
#include "head.h"

#include <string.h>

#define HEAD_FORMAT 1

const char *const state_codes[STATES] = {"REFERRED", "SCREENING", "COUNSELLING", "ASSESSMENT", "DECISION", "PLANNING",
	"READY", "TRAVELLING", "ARRIVED", "REINTEGRATION", "CLOSED", "ARCHIVED"};
const char *const state_labels[STATES] = {"Referral", "First interviews", "Return counselling", "Assessment", "Decision",
	"Planning", "Ready to leave", "Travelling", "Arrived", "Reintegration", "Closed", "Archived"};

const struct fact_row fact_rows[FACTS] = {
#define FACT(name, kind, list) [FACT_##name] = {#name, FK_##kind, list},
#include "facts.def"
#undef FACT
};

const char *const form_codes[FORMS] = {"F01", "TRI", "F02", "F02R", "F03", "F04", "F05", "F05C", "F05R", "F06", "F07",
	"F08", "DEC", "F09", "F09C", "F10", "VOL", "F11", "F12", "F14", "F15", "F16", "F17", "RSS", "PAY", "PAYA", "REC",
	"NOTE", "NOTEC", "CONT", "CONTC", "SUSP", "RESUME", "EMER", "LOST", "WDR", "REOP", "WAIV", "WAIA"};

enum fact fact_find(str name)
{
	for (int f = 0; f < FACTS; f++)
		if (str_eqz(name, fact_rows[f].name))
			return (enum fact)f;
	return FACTS;
}

enum form_no form_no_find(str code)
{
	for (int f = 0; f < FORMS; f++)
		if (str_eqz(code, form_codes[f]))
			return (enum form_no)f;
	return FORMS;
}

int32_t fact_country(str iso2)
{
	return iso2.n == 2 ? (unsigned char)iso2.p[0] << 8 | (unsigned char)iso2.p[1] : NO_FACT;
}

void fact_country_text(int32_t v, char out[3])
{
	out[0] = v == NO_FACT ? '\0' : (char)(v >> 8);
	out[1] = v == NO_FACT ? '\0' : (char)v;
	out[2] = '\0';
}

void head_init(struct head *h)
{
	*h = (struct head){.state_since = NO_DAY, .created = NO_DAY, .flag_since = NO_DAY, .touched = NO_DAY};
	for (int f = 0; f < FACTS; f++)
		h->fact[f] = NO_FACT;
	for (int f = 0; f < FORMS; f++)
		h->form[f].on = NO_DAY;
	for (int c = 0; c < CONSENT_KINDS; c++)
		h->consent[c].on = NO_DAY;
}

/* Zigzag LEB128: small numbers take one byte. */
static void put_num(struct buf *b, int32_t v)
{
	uint32_t u = ((uint32_t)v << 1) ^ (uint32_t)(v >> 31);

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

static void put_forms(struct buf *b, const struct head *h)
{
	for (int f = 0; f < FORMS; f++) {
		if (!h->form[f].present)
			continue;
		buf_c(b, (char)(f + 1));
		buf_c(b, (char)h->form[f].count);
		put_num(b, h->form[f].on);
		put_u32(b, h->form[f].author);
	}
	buf_c(b, 0);
}

static void put_rest(struct buf *b, const struct head *h)
{
	for (int f = 0; f < FACTS; f++) {
		if (h->fact[f] == NO_FACT)
			continue;
		buf_c(b, (char)(f + 1));
		put_num(b, h->fact[f]);
	}
	buf_c(b, 0);
	put_forms(b, h);
	for (int c = 0; c < CONSENT_KINDS; c++) {
		if (h->consent[c].state == CONSENT_NONE)
			continue;
		buf_c(b, (char)(c + 1));
		buf_c(b, (char)h->consent[c].state);
		put_num(b, h->consent[c].on);
	}
	buf_c(b, 0);
	for (int w = 0; w < WAIVERS_MAX; w++) {
		if (h->waiver[w].asked_by == 0)
			continue;
		buf_c(b, (char)(w + 1));
		buf_c(b, (char)h->waiver[w].condition);
		buf_c(b, (char)h->waiver[w].transition);
		put_u32(b, h->waiver[w].asked_by);
		put_u32(b, h->waiver[w].granted_by);
		put_num(b, h->waiver[w].on);
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
	put_num(&b, (int32_t)h->flags);
	put_num(&b, h->state_since);
	put_num(&b, h->created);
	put_num(&b, h->flag_since);
	put_num(&b, h->touched);
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

static int32_t get_num(struct reader *r)
{
	uint32_t u = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		unsigned c = get_byte(r);

		u |= (uint32_t)(c & 0x7F) << shift;
		if (!(c & 0x80))
			return (int32_t)(u >> 1) ^ -(int32_t)(u & 1);
	}
	r->bad = true;
	return 0;
}

static uint32_t get_u32(struct reader *r)
{
	uint32_t v;

	memcpy(&v, take(r, sizeof v), sizeof v);
	return v;
}

/* The position a sparse row names (it was written plus one), or -1 at the end of the rows. */
static int get_row(struct reader *r, int rows)
{
	int at = (int)get_byte(r) - 1;

	if (at >= rows)
		r->bad = true;
	return r->bad ? -1 : at;
}

static void get_rest(struct reader *r, struct head *h)
{
	int at;

	while ((at = get_row(r, FACTS)) >= 0)
		h->fact[at] = get_num(r);
	while ((at = get_row(r, FORMS)) >= 0) {
		h->form[at].present = true;
		h->form[at].count = (uint8_t)get_byte(r);
		h->form[at].on = get_num(r);
		h->form[at].author = get_u32(r);
	}
	while ((at = get_row(r, CONSENT_KINDS)) >= 0) {
		unsigned state = get_byte(r);

		h->consent[at].state = (enum consent_state)(state <= CONSENT_NA ? state : CONSENT_NONE);
		h->consent[at].on = get_num(r);
	}
	while ((at = get_row(r, WAIVERS_MAX)) >= 0) {
		h->waiver[at].condition = (uint8_t)get_byte(r);
		h->waiver[at].transition = (uint8_t)get_byte(r);
		h->waiver[at].asked_by = get_u32(r);
		h->waiver[at].granted_by = get_u32(r);
		h->waiver[at].on = get_num(r);
	}
}

struct err *head_decode(struct arena *a, str bytes, struct head *out)
{
	struct reader r = {.s = bytes};
	struct head h;
	unsigned state, from;

	head_init(&h);
	if (get_byte(&r) != HEAD_FORMAT)
		return FAIL(a, INTERNAL, NULL, "head of an unknown format");
	memcpy(h.id.v.b, take(&r, 16), 16);
	memcpy(h.code, take(&r, sizeof h.code), sizeof h.code);
	memcpy(h.office, take(&r, 8), 8);
	memcpy(h.cor_office, take(&r, 8), 8);
	memcpy(h.assignee.v.b, take(&r, 16), 16);
	memcpy(h.cor_assignee.v.b, take(&r, 16), 16);
	state = get_byte(&r);
	from = get_byte(&r);
	h.dossiers = (uint8_t)get_byte(&r);
	h.flags = (uint32_t)get_num(&r);
	h.state_since = get_num(&r);
	h.created = get_num(&r);
	h.flag_since = get_num(&r);
	h.touched = get_num(&r);
	get_rest(&r, &h);
	if (r.bad || r.s.n || state >= STATES || from >= STATES || h.code[sizeof h.code - 1])
		return FAIL(a, INTERNAL, NULL, "head does not decode");
	h.state = (enum state)state;
	h.from_state = (enum state)from;
	*out = h;
	return NULL;
}

bool head_fact_is(const struct head *h, enum fact f, int32_t v)
{
	return h->fact[f] == v;
}

bool head_minor(const struct head *h, day on)
{
	enum { DOCUMENT, DECLARED, ESTIMATED, DISPUTED }; /* list AGECERT */
	int32_t certainty = h->fact[FACT_age_certainty];

	if (certainty == ESTIMATED)
		return h->fact[FACT_age_lower] == NO_FACT || h->fact[FACT_age_lower] < 18;
	if (certainty != DOCUMENT && certainty != DECLARED)
		return true;
	return h->fact[FACT_adult_from] == NO_FACT || on < h->fact[FACT_adult_from];
}

uint32_t user_mark(user_id u)
{
	uint32_t v;

	memcpy(&v, u.v.b, sizeof v);
	return v ? v : 1;
}

/* Letters and digits that are not mistaken for one another when read aloud. */
void case_code_new(char out[12])
{
	static const char alphabet[] = "23456789CDFGHJKMNPQRTVWXYZ";
	uint8_t random[8];
	size_t at = 0;

	random_bytes(random, sizeof random);
	for (size_t i = 0; i < sizeof random; i++) {
		if (i == 3 || i == 6)
			out[at++] = '-';
		out[at++] = alphabet[random[i] % (sizeof alphabet - 1)];
	}
	out[at] = '\0';
	explicit_bzero(random, sizeof random);
}
