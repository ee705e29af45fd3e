/* doc_test.c — papers are made, then read back with poppler's tools: text, tags, language, fonts, pages. */
#include "testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pango/pangocairo.h>

#include "doc.h"

static char folder[] = "/tmp/rivage-doc-XXXXXX";

static struct doc_meta bilingual; /* French and Arabic; filled in setup */

static int setup(void **state)
{
	*state = NULL;
	bilingual = (struct doc_meta){.title = STR("Formulaire professionnel"),
				      .reference = STR("F03 · version 1 · K7F-2QM"),
				      .lang = STR("fr"),
				      .other_lang = STR("ar"),
				      .other_rtl = true};
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof path, "%s/a.pdf", folder);
	unlink(path);
	rmdir(folder);
	/* What Pango keeps for this thread, so that a leak of ours would show. */
	pango_cairo_font_map_set_default(NULL);
	return 0;
}

static int fresh(void **state)
{
	*state = arena_create(64 << 20);
	return 0;
}

static int wipe(void **state)
{
	arena_destroy(*state);
	return 0;
}

static str made(struct doc *d, struct arena *a)
{
	struct err *e;
	str pdf = {0};

	e = doc_pdf(d, a, &pdf);
	if (e)
		fail_msg("%.*s", STR_ARG(e->detail));
	return pdf;
}

/* What `tool options file` prints about the document; "-" stands for standard output where a tool wants it. */
static str told(struct arena *a, str pdf, const char *tool, const char *output)
{
	str path = arena_fmt(a, "%s/a.pdf", folder);
	FILE *f = fopen(path.p, "wb");
	struct buf b;
	char part[4096];
	size_t n;

	assert_non_null(f);
	assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
	fclose(f);
	f = popen(arena_fmt(a, "%s %s %s 2>&1", tool, path.p, output).p, "r");
	assert_non_null(f);
	buf_init(&b, a, 4 << 20);
	while ((n = fread(part, 1, sizeof part, f)))
		buf_put(&b, part, n);
	assert_int_equal(pclose(f), 0);
	return buf_done(&b);
}

static void contains(str text, const char *what)
{
	if (str_find(text, str_of(what)) < 0)
		fail_msg("«%s» is not in:\n%.*s", what, STR_ARG(text));
}

static size_t count(str text, const char *what)
{
	size_t n = 0;

	for (ptrdiff_t at; (at = str_find(text, str_of(what))) >= 0; n++)
		text = str_sub(text, (size_t)at + 1, text.n);
	return n;
}

static void consent(struct doc *d)
{
	const struct doc_key keys[] = {{STR("Référence"), STR("K7F-2QM-9XD")},
				       {STR("Langue de l’entretien"), STR("Arabe (interprète présent·e)")},
				       {STR("Prénom utilisé"), STR("Ọláwálé · Nguyễn Thị Hương · فاطمة")}};
	const struct doc_signer who[] = {
		{STR("La personne"), {0}, STR("Date et signature")},
		{STR("L’interprète"), STR("N. Belkacem"), STR("Date et signature")},
		{STR("La coordinatrice"), STR("A. Martin"), STR("Date et signature")},
	};

	doc_h1(d, STR("Consentement au partage d’informations"));
	doc_keys(d, keys, 3);
	doc_pair_h2(d, STR("Ce que vous acceptez"), STR("ما الذي توافق عليه"));
	doc_pair(d,
		 STR("Nous ne transmettons que ce qui est nécessaire à votre accueil, et seulement à "
		     "l’organisation nommée ci-dessus."),
		 STR("لا ننقل إلا ما هو ضروري لاستقبالك، وفقط إلى المنظمة المذكورة أعلاه. رقم الهاتف: "
		     "+33 6 12 34 56 78."));
	doc_pair(d, STR("☒ Oui   ☐ Non"), STR("☒ نعم   ☐ لا"));
	doc_pair_note(d, STR("Vous pouvez retirer votre accord à tout moment, sans avoir à vous expliquer."),
		      STR("يمكنك سحب موافقتك في أي وقت دون الحاجة إلى تقديم تفسير."));
	doc_h2(d, STR("Ce que nous avons vérifié"));
	doc_item(d, STR("Le texte a été lu à voix haute dans la langue choisie."));
	doc_item(d, STR("La personne a pu poser ses questions, seule avec l’interprète, et a eu le temps de réfléchir "
			"avant de répondre."));
	doc_sign(d, who, 3);
}

static void bilingual_paper(void **state)
{
	struct arena *a = *state;
	struct doc *d = doc_new(a, bilingual);
	str pdf, text;

	consent(d);
	pdf = made(d, a);
	text = told(a, pdf, "pdftotext", "-");
	contains(text, "Consentement au partage");
	contains(text, "Nguyễn Thị Hương");
	contains(text, "Ọláwálé");
	contains(text, "توافق عليه");
	contains(text, "+33 6 12 34 56 78");
	contains(text, "فاطمة");
	contains(text, "interprète");
	contains(text, "K7F-2QM");
	contains(text, "1/1");
	text = told(a, pdf, "pdfinfo", "");
	contains(text, "Formulaire professionnel");
	contains(text, "Tagged:          yes");
	contains(text, "Pages:           1");
	contains(text, "(A4)");
	assert_true(str_find(text, STR("Date")) < 0);
	text = told(a, pdf, "pdfinfo -struct", "");
	contains(text, "Document");
	contains(text, "H1");
	contains(text, "Table");
	contains(text, "LBody");
	assert_int_equal(count(text, "LI"), 2);
	assert_true(str_find(text, STR("rror")) < 0);
	assert_true(str_find(pdf, STR("/Lang (fr)")) > 0);
	assert_true(str_find(pdf, STR("/DisplayDocTitle true")) > 0);
}

static void fonts_are_inside(void **state)
{
	struct arena *a = *state;
	struct doc *d = doc_new(a, bilingual);
	str text, line;
	size_t fonts = 0;

	consent(d);
	text = told(a, made(d, a), "pdffonts", "");
	/* Two lines of heading; then "emb sub uni" stand before the object's two numbers. */
	str_split(&text, '\n');
	str_split(&text, '\n');
	while (text.p) {
		line = str_split(&text, '\n');
		if (!line.n)
			continue;
		fonts++;
		contains(line, " yes yes yes ");
	}
	assert_true(fonts >= 3);
}

static void same_bytes(void **state)
{
	struct arena *a = *state;
	struct doc *one = doc_new(a, bilingual), *two = doc_new(a, bilingual);

	consent(one);
	consent(two);
	assert_true(str_eq(made(one, a), made(two, a)));
	assert_true(str_eq(made(one, a), made(two, a))); /* and again */
}

/* Nothing is lost where pages break, and each page has its number and its table titles. */
static void many_pages(void **state)
{
	struct arena *a = *state;
	struct doc *d = doc_new(a, bilingual);
	const struct doc_column columns[] = {
		{STR("Poste"), 3, false}, {STR("Date"), 2, false}, {STR("Montant"), 2, true}};
	str *cells = NEWS(a, str, 3 * 120), text;
	struct buf tall;

	for (size_t i = 0; i < 120; i++) {
		cells[3 * i] = arena_fmt(a, "poste%03zu", i);
		cells[3 * i + 1] = STR("20 novembre 2018");
		cells[3 * i + 2] = STR("2\xE2\x80\xAF"
				       "800,00\xC2\xA0€");
	}
	buf_init(&tall, a, 1 << 20);
	for (int i = 0; i < 150; i++)
		buf_fmt(&tall, "phrase%03d : la personne choisit ce qui est dit d’elle et à qui.\n", i);
	doc_h1(d, STR("Dépenses"));
	doc_table(d, columns, 3, cells, 120);
	doc_text(d, buf_done(&tall));
	doc_pair(d, buf_done(&tall), STR("قصير"));
	doc_note(d, buf_done(&tall)); /* taller than a page: broken all the same */
	cells[0] = buf_done(&tall);
	doc_table(d, columns, 3, cells, 1);
	text = told(a, made(d, a), "pdftotext -layout", "-");
	for (size_t i = 0; i < 120; i++)
		assert_int_equal(count(text, arena_fmt(a, "poste%03zu", i).p), 1);
	for (int i = 0; i < 150; i++)
		assert_int_equal(count(text, arena_fmt(a, "phrase%03d", i).p), 4);
	assert_true(count(text, "Montant") >= 6);
	assert_true(count(text, "\f") > 10);
	assert_int_equal(count(text, arena_fmt(a, "/%zu\n", count(text, "\f")).p), count(text, "\f"));
}

/* A heading never ends a page; signatures stay together. */
static void kept_together(void **state)
{
	const struct doc_signer who[] = {{STR("ROLE"), STR("NAME"), STR("UNDER")}};

	(void)state;
	for (int lines = 36; lines < 52; lines++) {
		struct arena *a = arena_create(64 << 20);
		struct doc *d = doc_new(a, bilingual);
		str text, page, pages;

		for (int i = 0; i < lines; i++)
			doc_text(d, STR("ligne"));
		doc_h2(d, STR("HEADING"));
		doc_text(d, STR("FOLLOWS"));
		doc_sign(d, who, 1);
		text = told(a, made(d, a), "pdftotext", "-");
		for (pages = text; pages.p;) {
			page = str_split(&pages, '\f');
			assert_int_equal(str_find(page, STR("HEADING")) >= 0, str_find(page, STR("FOLLOWS")) >= 0);
			assert_int_equal(str_find(page, STR("ROLE")) >= 0, str_find(page, STR("NAME")) >= 0);
			assert_int_equal(str_find(page, STR("ROLE")) >= 0, str_find(page, STR("UNDER")) >= 0);
		}
		arena_destroy(a);
	}
}

static void right_to_left(void **state)
{
	struct arena *a = *state;
	struct doc *d = doc_new(a, (struct doc_meta){.title = STR("وثيقة"), .lang = STR("ar"), .rtl = true});
	const struct doc_key keys[] = {{STR("المرجع"), STR("K7F-2QM")}};
	const struct doc_column columns[] = {{STR("البند"), 2, false}, {STR("المبلغ"), 1, true}};
	const str cells[] = {STR("السكن"), STR("2,800.00 €")};
	str text;

	doc_h1(d, STR("خطة العودة"));
	doc_keys(d, keys, 1);
	doc_text(d, STR("هذه الخطة ملكك."));
	doc_item(d, STR("السكن"));
	doc_table(d, columns, 2, cells, 1);
	text = told(a, made(d, a), "pdftotext", "-");
	contains(text, "خطة");
	contains(text, "K7F-2QM");
	contains(text, "2,800.00");
	contains(made(d, a), "/Lang (ar)");
}

/* Scripts that the people met by the programme read. */
static void scripts(void **state)
{
	static const char *const texts[] = {"Tôi muốn về nhà",
					    "Ẹ káàbọ̀, mo fẹ́ padà sílé",
					    "አማርኛ ትግርኛ",
					    "বাংলা ভাষা",
					    "தமிழ்",
					    "हिन्दी",
					    "اردو زبان",
					    "Українська",
					    "Ελληνικά",
					    "ქართული",
					    "Հայերեն",
					    "ไทย",
					    "Shqip ë ç",
					    "Ɓɗƙ Hausa ŋ",
					    "ភាសាខ្មែរ",
					    "မြန်မာ"};
	struct arena *a = *state;
	struct doc *d = doc_new(a, bilingual);
	str text;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		doc_text(d, str_of(texts[i]));
	text = told(a, made(d, a), "pdftotext", "-");
	contains(text, "Tôi muốn về nhà");
	contains(text, "Українська");
	contains(text, "አማርኛ");
}

static void fails(struct arena *a, struct doc *d, enum err_kind kind)
{
	str out = {0};
	struct err *e = doc_pdf(d, a, &out);

	assert_non_null(e);
	assert_int_equal(e->kind, kind);
	assert_null(out.p);
}

static void refused(void **state)
{
	struct arena *a = *state;
	struct doc *d = doc_new(a, bilingual);
	struct doc_meta bad = bilingual;
	struct buf b;

	doc_text(d, STR("private use: \xEE\x80\x80"));
	fails(a, d, ERR_INTERNAL);
	d = doc_new(a, bilingual);
	doc_text(d, STR("\xFF"));
	fails(a, d, ERR_INTERNAL);
	bad.title = STR("\xC3");
	fails(a, doc_new(a, bad), ERR_INTERNAL);
	bad = bilingual;
	bad.reference = STR("\xEE\x80\x80");
	fails(a, doc_new(a, bad), ERR_INTERNAL);
	bad = bilingual;
	bad.lang = STR("fr) /X (");
	fails(a, doc_new(a, bad), ERR_INTERNAL);
	bad.lang = (str){0};
	fails(a, doc_new(a, bad), ERR_INTERNAL);
	d = doc_new(a, bilingual);
	buf_init(&b, a, 1 << 20);
	for (int i = 0; i < 30000; i++)
		buf_z(&b, "x\n");
	doc_text(d, buf_done(&b));
	fails(a, d, ERR_TOO_BIG);
}

/* Nothing at all, control characters, and a title with a NUL make a paper. */
static void odd_input(void **state)
{
	struct arena *a = *state;
	struct doc_meta meta = bilingual;
	struct doc *d;
	const struct doc_column column = {STR("seul"), 0, false};
	str text;

	meta.title = STR("titre\0caché\n");
	meta.reference = (str){0};
	d = doc_new(a, meta);
	text = told(a, made(d, a), "pdfinfo", "");
	contains(text, "Pages:           1");
	doc_text(d, STR("avant\0\x01\x1B\x7F\tapr\xC3\xA8s\r\n"));
	doc_text(d, (str){0});
	doc_keys(d, NULL, 0);
	doc_table(d, &column, 1, NULL, 0);
	text = told(a, made(d, a), "pdftotext", "-");
	contains(text, "avant après");
	contains(text, "seul");
}

static void *in_thread(void *unused)
{
	struct arena *a = arena_create(64 << 20);
	struct doc *d = doc_new(a, bilingual);
	str pdf;
	void *failed = (void *)1;

	(void)unused;
	consent(d);
	if (!doc_pdf(d, a, &pdf) && pdf.n > 10000)
		failed = NULL;
	arena_destroy(a);
	return failed;
}

static void threads(void **state)
{
	(void)state;
	in_four_threads(in_thread);
}

#define FRESH(f) cmocka_unit_test_setup_teardown(f, fresh, wipe)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(bilingual_paper), FRESH(fonts_are_inside), FRESH(same_bytes), FRESH(many_pages),
		FRESH(kept_together),   FRESH(right_to_left),    FRESH(scripts),    FRESH(refused),
		FRESH(odd_input),       FRESH(threads),
	};

	return cmocka_run_group_tests_name("doc", tests, setup, teardown);
}
