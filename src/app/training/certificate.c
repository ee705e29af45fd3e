/* certificate.c — the certificate of attendance, as a paper.  Its number comes from the record, so that a copy made
 * later carries the same one. */
#include "doc.h"
#include "training.h"

static str words(struct arena *a, const struct locale *l, const char *msgid, const struct tr_arg *args, size_t n)
{
	return tr_fill(a, tr(l, msgid), args, n);
}

str certificate_number(struct arena *a, const struct participant *p)
{
	str id = id_text(a, p->id.v);
	char *up = arena_alloc(a, 10);

	for (size_t i = 0; i < 10; i++)
		up[i] = (char)(id.p[i] >= 'a' && id.p[i] <= 'z' ? id.p[i] - 'a' + 'A' : id.p[i]);
	return (str){up, 10};
}

static void add_person(struct op *op, struct doc *d, const struct participant *p, const struct locale *l)
{
	const struct code_list *corps = list_find(op->house->forms, STR("CORPS"));
	struct doc_key rows[] = {
		{str_of(tr(l, "Name")), p->name},
		{str_of(tr(l, "Function")), p->role},
		{str_of(tr(l, "Body")), corps ? code_label(corps, p->corps, l) : p->corps},
		{str_of(tr(l, "Organisation")), p->organisation},
	};

	doc_keys(d, rows, p->organisation.n ? 4 : 3);
}

/* Half of the day attended is half of its hours. */
static void add_attendance(struct op *op, struct doc *d, const struct session *s, const struct participant *p,
			   const struct locale *l)
{
	int half = participant_halfdays(p);
	int64_t hours = half == 2 ? s->hours : (s->hours + 1) / 2;
	struct tr_arg args[] = {
		{"city", s->city},
		{"day", fmt_day(op->a, l, s->on, DATE_LONG)},
		{"hours", fmt_int(op->a, l, hours)},
		{"n", fmt_int(op->a, l, half)},
	};

	doc_text(
		d,
		words(op->a, l,
		      N_("took part in the training day held in {city} on {day}: {hours} hours, {n} half-days signed."),
		      args, 4));
}

struct err *certificate_pdf(struct op *op, const struct session *s, const struct participant *p, const struct locale *l,
			    str *out)
{
	const struct programme *programme = op->house->programme;
	struct tr_arg number = {"number", certificate_number(op->a, p)};
	str objectives = json_text(s->answers, "objectives"), language = locale_tag(l);
	struct doc_signer signers[] = {
		{.role = str_of(tr(l, "For the programme")), .under = str_of(tr(l, "Date and signature"))},
		{.role = str_of(tr(l, "Trainer")), .under = str_of(tr(l, "Date and signature"))},
	};
	struct doc *d;

	if (!participant_trained(p, programme) || s->on == NO_DAY || s->on > op->today)
		return FAIL(op->a, INVALID, "There is no certificate: the person did not attend enough of the day.",
			    "attended below the threshold");
	d = doc_new(op->a, (struct doc_meta){.title = str_of(tr(l, "Certificate of attendance")),
					     .reference = words(op->a, l, N_("Certificate {number}"), &number, 1),
					     .lang = language,
					     .rtl = locale_rtl(l)});
	doc_h1(d, str_of(tr(l, "Certificate of attendance")));
	doc_text(d, text3_in(&programme->name, arena_z(op->a, language)));
	add_person(op, d, p, l);
	add_attendance(op, d, s, p, l);
	if (objectives.n) {
		doc_h2(d, str_of(tr(l, "Objectives of the day")));
		doc_text(d, objectives);
	}
	doc_sign(d, signers, 2);
	return doc_pdf(d, op->a, out);
}
