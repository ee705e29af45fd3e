/* card.c — the emergency card: two alike on a page, to cut and fold.  Numbers in the order to call them.
 *
 * What must not be here: a name, a place, the programme, an organisation, the country, a code of the case, any word
 * that tells who carries it or why.  Nothing typed by anyone gets in but digits and what stands between them. */
#include <string.h>

#include "paper.h"

static bool is_phone(str s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (!s.p[i] || !strchr(" +-./()", s.p[i]))
			return false;
	}
	return digits >= 3 && digits <= 20;
}

static bool seen(const str *list, size_t n, str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], s))
			return true;
	return false;
}

static str side(const struct paper *p, bool other, const str *phones, size_t n)
{
	struct both title = paper_word(p, "card"), local = paper_word(p, "call_local");
	struct buf b;

	buf_init(&b, p->a, 1024);
	buf_str(&b, other ? title.other : title.fr);
	for (size_t i = 0; i < n; i++) {
		struct both lead = paper_word(p, i ? "call_else" : "call_first");

		buf_fmt(&b, "\n%.*s\n%.*s", STR_ARG(other ? lead.other : lead.fr), STR_ARG(phones[i]));
	}
	buf_fmt(&b, "\n%.*s\n____________________", STR_ARG(other ? local.other : local.fr));
	return buf_done(&b);
}

struct err *paper_card(const struct paper *p, const str phones[CARD_PHONES_MAX], str *pdf)
{
	struct doc *d = paper_begin(p, false);
	str kept[CARD_PHONES_MAX];
	struct both card = {0};
	size_t n = 0;

	for (size_t i = 0; i < CARD_PHONES_MAX; i++) {
		str s = str_trim(phones[i]);

		if (s.n && !is_phone(s))
			return FAIL(p->a, INVALID,
				    "A number for the card is not a telephone number. Please correct it first.",
				    "card number refused");
		if (s.n && !seen(kept, n, s))
			kept[n++] = s;
	}
	if (n == 0)
		return FAIL(p->a, INVALID,
			    "There is no number to print yet. Please fill in the form about the reception first.",
			    "card without number");
	card.fr = side(p, false, kept, n);
	if (p->other)
		card.other = side(p, true, kept, n);
	paper_text(d, paper_word(p, "card_cut"));
	paper_note(d, card);
	paper_text(d, (struct both){STR(" "), p->other ? STR(" ") : (str){0}});
	paper_note(d, card);
	return doc_pdf(d, p->a, pdf);
}
