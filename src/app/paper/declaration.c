/* declaration.c — the voluntary return declaration (consent C4): what someone reads, or is read, before signing. */
#include "paper.h"

#define TO_WRITE STR("______________________________")

static str fill(const struct paper *p, const struct locale *l, str text, const struct declaration *in)
{
	struct tr_arg args[3];

	if (!text.n)
		return text;
	args[0] = (struct tr_arg){"country", in->country.n ? country_name(p->a, l, in->country) : TO_WRITE};
	args[1] = (struct tr_arg){"hours", fmt_int(p->a, l, in->reflection_hours)};
	args[2] = (struct tr_arg){"months", fmt_int(p->a, l, in->months)};
	return tr_fill(p->a, arena_z(p->a, text), args, sizeof args / sizeof *args);
}

static void put_blocks(const struct paper *p, struct doc *d, const struct declaration *in)
{
	static const struct {
		const char *kind;
		void (*put)(struct doc *, struct both);
	} kinds[] = {{"heading", paper_h2}, {"text", paper_text}, {"note", paper_note}};

	JSON_EACH (block, json_get(p->texts, "declaration"))
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
			const struct json *text3 = json_get(block, kinds[i].kind);
			struct both b = paper_said(p, text3);

			if (text3)
				kinds[i].put(d,
					     (struct both){fill(p, p->fr, b.fr, in), fill(p, p->other, b.other, in)});
		}
}

/* Where the word of the list says what happened to the person, the paper says "my story". */
static str scope_words(const struct paper *p, const struct field *f, const struct json *scope)
{
	struct buf b;

	buf_init(&b, p->a, 4096);
	JSON_EACH (code, scope) {
		struct both said = str_eqz(json_str(code), "STORY") ? paper_word(p, "story")
								    : paper_code(p, f, json_str(code));

		if (b.n)
			buf_c(&b, '\n');
		buf_str(&b, both_line(p, said, " / "));
	}
	return buf_done(&b);
}

static bool superseded(const struct declaration *in, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (str_eq(json_text(in->consents[i], "kind"), json_text(in->consents[at], "kind")))
			return true;
	return false;
}

static size_t add_recipients(const struct paper *p, const struct json *consent, str *cells)
{
	const struct form *f03 = form_find(p->forms, STR("F03"), 0);
	const struct field *scope = f03 ? form_field(f03, STR("data_scope")) : NULL;
	size_t rows = 0;

	JSON_EACH (row, json_get(consent, "recipients")) {
		str country = json_text(row, "org_country");

		cells[3 * rows] = json_text(row, "org");
		cells[3 * rows + 1] = country.n ? country_name(p->a, p->fr, country) : STR("");
		cells[3 * rows++ + 2] = scope_words(p, scope, json_get(consent, "data_scope"));
	}
	return rows;
}

static void put_recipients(const struct paper *p, struct doc *d, const struct declaration *in)
{
	const struct doc_column columns[] = {{both_line(p, paper_word(p, "organisation"), "\n"), 3, false},
					     {both_line(p, paper_word(p, "country"), "\n"), 2, false},
					     {both_line(p, paper_word(p, "information"), "\n"), 4, false}};
	size_t rows = 0, room = 0;
	str *cells;

	for (size_t i = 0; i < in->n_consents; i++)
		room += json_count(json_get(in->consents[i], "recipients"));
	cells = NEWS(p->a, str, 3 * room + 1);
	for (size_t i = 0; i < in->n_consents; i++)
		if (json_says(in->consents[i], "status", "GIVEN") && !superseded(in, i))
			rows += add_recipients(p, in->consents[i], cells + 3 * rows);
	if (rows)
		doc_table(d, columns, 3, cells, rows);
	else
		paper_text(d, paper_word(p, "nobody"));
}

static void put_reading(const struct paper *p, struct doc *d)
{
	str in = p->spoken.n ? both_line(p,
					 (struct both){language_name(p->a, p->fr, p->spoken),
						       language_name(p->a, p->other, p->spoken)},
					 " / ")
			     : TO_WRITE;
	const struct doc_key rows[] = {
		{both_line(p, paper_word(p, "read_in"), "\n"), in},
		{both_line(p, paper_word(p, "interpreter_name"), "\n"), TO_WRITE},
		{both_line(p, paper_word(p, "understood"), "\n"), both_line(p, paper_word(p, "yes_no"), "      ")},
		{both_line(p, paper_word(p, "copy"), "\n"), both_line(p, paper_word(p, "yes_no"), "      ")},
	};

	doc_keys(d, rows, sizeof rows / sizeof *rows);
}

struct err *paper_declaration(const struct paper *p, const struct declaration *in, str *pdf)
{
	struct doc *d = paper_begin(p, true);

	doc_h1(d, both_line(p, paper_word(p, "decision"), " · "));
	put_blocks(p, d, in);
	put_recipients(p, d, in);
	put_reading(p, d);
	paper_note(d, paper_word(p, "free")); /* the last words read before signing */
	paper_sign(p, d);
	return doc_pdf(d, p->a, pdf);
}
