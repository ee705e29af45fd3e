/* certificate.c — the paper of an erasure: nothing on it but the code, days, and what was done. */
#include "doc.h"
#include "erase.h"
#include "i18n.h"

#define RING_DAYS 35 /* src/cli/ring.h: the longest a copy of a destroyed key can live */

struct err *erasure_certificate(struct op *op, const struct erasure_row *r, str *pdf)
{
	const struct locale *l = op->l;
	struct doc_key rows[] = {
		{str_of(tr(l, "File")), r->code},
		{str_of(tr(l, "Reason")), str_of(tr(l, erasure_reasons[r->reason].label))},
		{str_of(tr(l, "Asked for on")), fmt_day(op->a, l, r->asked_on, DATE_LONG)},
		{str_of(tr(l, "Confirmed by another person on")), fmt_day(op->a, l, r->ended_on, DATE_LONG)},
		{str_of(tr(l, "No copy can open it from")), fmt_day(op->a, l, r->ended_on + RING_DAYS + 1, DATE_LONG)},
	};
	struct doc *d;

	if (r->state != ERASURE_DONE)
		return FAIL(op->a, NOT_FOUND, NULL, "nothing was erased");
	d = doc_new(op->a, (struct doc_meta){.title = str_of(tr(l, "Certificate of erasure")),
					     .lang = locale_tag(l),
					     .rtl = locale_rtl(l)});
	doc_h1(d, str_of(tr(l, "Certificate of erasure")));
	doc_keys(d, rows, sizeof rows / sizeof *rows);
	doc_text(
		d,
		str_of(tr(l, "The key of this file was destroyed. Its records, drafts, names and keys were deleted. "
			     "Backups hold only what that key opened; copies of the key itself are kept for at most 35 "
			     "days.")));
	doc_text(d,
		 str_of(tr(l,
			   "What stays: the code, how far the file came and when, for figures reported before; and the "
			   "audit log, which names nobody helped.")));
	return doc_pdf(d, op->a, pdf);
}
