/* paper.c — what the papers share: their words in two languages, their beginning and their end. */
#include "paper.h"

static const struct label *said_label(const struct json *text3, struct label *out)
{
	*out = (struct label){json_text(text3, "fr"), json_text(text3, "en"), json_text(text3, "ar")};
	return out;
}

struct err *paper_language(struct paper *p, str lang)
{
	p->fr = locale_get(STR("fr"));
	p->other = NULL;
	p->spoken = (str){0};
	if (!lang.n || str_eqz(lang, "fr"))
		return NULL;
	p->other = locale_get(lang);
	if (str_eq(locale_tag(p->other), lang))
		return NULL;
	if (!language_known(lang))
		return FAIL(p->a, INVALID, "This language is not known. Please choose one from the list.",
			    "language unknown");
	p->other = locale_get(STR("en"));
	p->spoken = lang;
	return NULL;
}

struct both paper_label(const struct paper *p, const struct label *l)
{
	return (struct both){label_in(l, p->fr), p->other ? label_in(l, p->other) : (str){0}};
}

struct both paper_said(const struct paper *p, const struct json *text3)
{
	struct label l;

	return paper_label(p, said_label(text3, &l));
}

struct both paper_word(const struct paper *p, const char *name)
{
	const struct json *word = json_get(json_get(p->texts, "words"), name);

	if (!word)
		BUG("papers.json has no word %s", name);
	return paper_said(p, word);
}

struct both paper_code(const struct paper *p, const struct field *f, str code)
{
	return (struct both){f && f->choices ? code_label(f->choices, code, p->fr) : code,
			     p->other && f && f->choices ? code_label(f->choices, code, p->other) : (str){0}};
}

str both_line(const struct paper *p, struct both b, const char *between)
{
	if (!b.other.n || str_eq(b.fr, b.other))
		return b.fr;
	return arena_fmt(p->a, "%.*s%s%.*s", STR_ARG(b.fr), between, STR_ARG(b.other));
}

struct doc *paper_begin(const struct paper *p, bool reference)
{
	int64_t version = json_int(json_get(p->texts, "version"), 0);
	struct doc_meta meta = {.title = STR("Document"), .lang = STR("fr")};

	if (p->other) {
		meta.other_lang = locale_tag(p->other);
		meta.other_rtl = locale_rtl(p->other);
	}
	if (reference) /* which wording was signed */
		meta.reference = arena_fmt(p->a, "%.*s · %lld", STR_ARG(p->reference), (long long)version);
	return doc_new(p->a, meta);
}

void paper_h2(struct doc *d, struct both b)
{
	if (b.other.n)
		doc_pair_h2(d, b.fr, b.other);
	else
		doc_h2(d, b.fr);
}

void paper_text(struct doc *d, struct both b)
{
	if (b.other.n)
		doc_pair(d, b.fr, b.other);
	else
		doc_text(d, b.fr);
}

void paper_note(struct doc *d, struct both b)
{
	if (b.other.n)
		doc_pair_note(d, b.fr, b.other);
	else
		doc_note(d, b.fr);
}

void paper_sign(const struct paper *p, struct doc *d)
{
	static const char *const signers[] = {"person", "interpreter", "worker"};
	struct doc_signer who[3];

	for (int i = 0; i < 3; i++)
		who[i] = (struct doc_signer){.role = both_line(p, paper_word(p, signers[i]), "\n"),
					     .under = both_line(p, paper_word(p, "signature"), "\n")};
	doc_sign(d, who, 3);
}
