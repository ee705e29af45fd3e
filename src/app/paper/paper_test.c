/* paper_test.c — papers made from sample answers and read back with poppler: what must be there, and what must never
 * leave the house on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pango/pangocairo.h>

#include "paper.h"
#include "rivage_data.h"

#define CODE "K7F-2QM-9X"

/* On any paper: what happened to the person.  On the card also: who helps, where from, who carries it. */
static const char *const never[] = {"traffick", "traite", "victim", "exploit", "prostitu",
				    "الاتجار",  "ضحية",   "ضحايا",  "استغلال", "دعارة"};
static const char *const not_on_card[] = {"programme", "program", "organisation", "organization", "rivage",
					  "retour",    "return",  "réinsertion",  "برنامج",       "منظمة",
					  "العودة",    "OIM",     "IOM",          "OFII",         "police",
					  "Nigeria",   "Paris",   "France",       "Adaeze",       CODE};

static char folder[] = "/tmp/rivage-paper-XXXXXX";
static bool poppler;
static struct arena *life; /* of the process: locales */

static int setup(void **state)
{
	*state = NULL;
	life = arena_create(16 << 20);
	poppler = system("pdftotext -v >/dev/null 2>&1") == 0;
	return mkdtemp(folder) && !i18n_start(life) ? 0 : -1;
}

static int teardown(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof path, "%s/a.pdf", folder);
	unlink(path);
	rmdir(folder);
	arena_destroy(life);
	pango_cairo_font_map_set_default(NULL);
	return 0;
}

static size_t files(struct arena *a, const char *under, struct form_source **out)
{
	size_t n = 0;

	*out = NEWS(a, struct form_source, rivage_data.n);
	for (size_t i = 0; i < rivage_data.n; i++)
		if (str_starts(str_of(rivage_data.files[i].path), str_of(under)))
			(*out)[n++] = (struct form_source){rivage_data.files[i].path, rivage_data.files[i].data};
	return n;
}

static int fresh(void **state)
{
	struct arena *a = arena_create(256 << 20);
	struct paper *p = NEW(a, struct paper);
	struct form_source *codes, *forms;
	size_t n_codes = files(a, "data/codes/", &codes), n_forms = files(a, "forms/", &forms);
	struct json *texts = NULL;
	struct forms *f = NULL;

	p->a = a;
	p->reference = STR(CODE);
	assert_null(forms_load(a, codes, n_codes, forms, n_forms, NULL, &f));
	assert_null(json_parse(a, embed_find(&rivage_data, STR("data/papers.json"))->data, &texts));
	p->forms = f;
	p->texts = texts;
	*state = p;
	return 0;
}

static int wipe(void **state)
{
	arena_destroy(((struct paper *)*state)->a);
	return 0;
}

static struct json *json_of(struct paper *p, const char *text)
{
	struct json *v = NULL;

	assert_null(json_parse(p->a, str_of(text), &v));
	return v;
}

static str told(struct arena *a, str pdf, const char *tool, const char *output)
{
	str path = arena_fmt(a, "%s/a.pdf", folder);
	FILE *f = fopen(path.p, "wb");
	char part[4096];
	struct buf b;
	size_t n;

	assert_non_null(f);
	assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
	fclose(f);
	f = popen(arena_fmt(a, "%s %s %s", tool, path.p, output).p, "r");
	assert_non_null(f);
	buf_init(&b, a, 4 << 20);
	while ((n = fread(part, 1, sizeof part, f)))
		buf_put(&b, part, n);
	assert_int_equal(pclose(f), 0);
	return buf_done(&b);
}

/* The words of a paper; the words that no paper may have are looked for at once. */
static str words_of(struct paper *p, struct err *e, str pdf)
{
	str text, info;

	if (e)
		fail_msg("%s %.*s", e->message ? e->message : "", STR_ARG(e->detail));
	assert_true(str_starts(pdf, STR("%PDF-")));
	if (!poppler)
		skip();
	text = told(p->a, pdf, "pdftotext -layout", "-");
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (str_find(text, str_of(never[i])) >= 0)
			fail_msg("«%s» stands on a paper", never[i]);
	info = told(p->a, pdf, "pdfinfo", "");
	assert_true(str_find(info, STR("Title:           Document\n")) >= 0);
	assert_true(str_find(info, STR(CODE)) < 0);
	return text;
}

static void has(str text, const char *what)
{
	if (str_find(text, str_of(what)) < 0)
		fail_msg("«%s» is not in:\n%.*s", what, STR_ARG(text));
}

static void lacks(str text, const char *what)
{
	if (str_find(text, str_of(what)) >= 0)
		fail_msg("«%s» is in:\n%.*s", what, STR_ARG(text));
}

static size_t count(str text, const char *what)
{
	size_t n = 0;

	for (ptrdiff_t at; (at = str_find(text, str_of(what))) >= 0; n++)
		text = str_sub(text, (size_t)at + 1, text.n);
	return n;
}

static str declared(struct paper *p, const char *lang)
{
	const struct json *consents[] = {
		json_of(p, "{\"kind\":\"C5\",\"status\":\"WITHDRAWN\",\"recipients\":[{\"org\":\"Never\"}]}"),
		json_of(p, "{\"kind\":\"C3\",\"status\":\"GIVEN\",\"recipients\":[{\"org\":\"Maison "
			   "Ife\",\"org_country\":\"NG\"}],"
			   "\"data_scope\":[\"IDENTITY\",\"STORY\"]}"),
		json_of(p, "{\"kind\":\"C3\",\"status\":\"GIVEN\",\"recipients\":[{\"org\":\"Never\"}]}"),
		json_of(p, "{\"kind\":\"C5\",\"status\":\"GIVEN\",\"recipients\":[{\"org\":\"Never\"}]}"),
	};
	struct declaration d = {
		.country = STR("NG"), .reflection_hours = 72, .months = 12, .consents = consents, .n_consents = 4};
	str pdf = {0};

	assert_null(paper_language(p, str_of(lang)));
	return words_of(p, paper_declaration(p, &d, &pdf), pdf);
}

static void declaration(void **state)
{
	struct paper *p = *state;
	str text = declared(p, "ar");

	has(text, "Ma décision de rentrer");
	has(text, "Nigeria");
	has(text, "72");
	has(text, "Maison Ife");
	has(text, "Identité et langues");
	has(text, "Mon histoire");
	has(text, "موافق");
	has(text, "المطار");
	has(text, CODE);
	lacks(text, "Never");
	lacks(text, "{");
	text = declared(p, "en");
	has(text, "until I board");
	has(text, "asylum");
	has(text, "Name of the interpreter");
	text = declared(p, "fr");
	has(text, "même à l'aéroport");
	lacks(text, "until I board");
}

static void read_aloud(void **state)
{
	str text = declared(*state, "sq");

	has(text, "until I board");
	has(text, "Albanais / Albanian");
}

static void languages_known(void **state)
{
	struct paper *p = *state;

	assert_null(paper_language(p, (str){0}));
	assert_null(p->other);
	assert_int_equal(paper_language(p, STR("zzz"))->kind, ERR_INVALID);
	assert_int_equal(paper_language(p, STR("../x"))->kind, ERR_INVALID);
}

static void nobody_yet(void **state)
{
	struct paper *p = *state;
	struct declaration d = {.reflection_hours = 72, .months = 12};
	str text, pdf = {0};

	assert_null(paper_language(p, STR("en")));
	text = words_of(p, paper_declaration(p, &d, &pdf), pdf);
	has(text, "No organisation");
	has(text, "________");
}

#define LINE(eur)                                                                                                      \
	"{\"line\":\"L1\",\"service\":\"VOC\",\"description\":\"Machine à "                                           \
	"coudre\",\"qty\":1,\"unit\":\"pièce\","                                                                      \
	"\"unit_cost\":\"150000.00\",\"currency\":\"NGN\",\"amount_eur\":\"" eur "\",\"funder\":\"PROGRAMME\","        \
	"\"modality\":\"IN_KIND\",\"planned_date\":\"2018-12-03\"}"
#define PLAN(budget)                                                                                                   \
	"{\"objectives\":[{\"domain\":\"ECON\",\"statement\":\"Coudre et vendre\",\"indicator\":\"Dix clients\","      \
	"\"target_date\":\"2019-06-01\"}],\"activities\":[{\"act_service\":\"VOC\",\"act_provider\":\"Atelier "        \
	"B\","                                                                                                         \
	"\"act_responsible\":\"K.\",\"act_start\":\"2018-12-01\"}],\"first_30\":[{\"code\":\"HOUSING\","               \
	"\"first_service\":\"SHELTER\",\"first_provider\":\"Maison Ife\",\"first_confirmed\":\"YES\"}],"               \
	"\"budget\":[" budget "],\"reserve_eur\":\"100.00\",\"what_if_fails\":\"On en parle\"}"

static void plan(void **state)
{
	struct paper *p = *state;
	str text, pdf = {0};

	assert_null(paper_language(p, STR("en")));
	text = words_of(
		p, paper_plan(p, json_of(p, PLAN(LINE("350.50") "," LINE("649.50"))), day_of(2018, 11, 20), 2, &pdf),
		pdf);
	has(text, "Mon plan");
	has(text, "Coudre et vendre");
	has(text, "Economic life");
	has(text, "Atelier B");
	has(text, "Maison Ife");
	has(text, "Machine à coudre");
	has(text, "pièce");
	has(text, "350,50");
	has(text, "000,00");
	has(text, "100,00");
	has(text, "In kind");
	has(text, "20 novembre 2018");
	has(text, "On en parle");
	has(text, CODE);
}

static void plan_refused(void **state)
{
	struct paper *p = *state;
	str pdf = {0};

	assert_null(paper_language(p, STR("ar")));
	assert_int_equal(paper_plan(p, json_of(p, PLAN(LINE("many") "," LINE("1.00"))), 0, 1, &pdf)->kind, ERR_INVALID);
	assert_null(pdf.p);
}

static void card(void **state)
{
	const str phones[CARD_PHONES_MAX] = {STR("+234 803 000 0000"), STR(" "), STR("+234 803 000 0000"),
					     STR("+33 1 99 00 00 00")};
	static const char *const in[] = {"fr", "en", "ar", "yo"};
	struct paper *p = *state;

	for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
		str text, pdf = {0};

		assert_null(paper_language(p, str_of(in[i])));
		text = words_of(p, paper_card(p, phones, &pdf), pdf);
		has(text, "Numéros utiles");
		assert_int_equal(count(text, "+234 803 000 0000"), i ? 4 : 2);
		assert_int_equal(count(text, "+33 1 99 00 00 00"), i ? 4 : 2);
		has(told(p->a, pdf, "pdfinfo", ""), "Pages:           1\n");
		for (size_t k = 0; k < sizeof not_on_card / sizeof *not_on_card; k++)
			lacks(text, not_on_card[k]);
	}
}

static void card_refused(void **state)
{
	static const struct {
		str phones[CARD_PHONES_MAX];
	} rows[] = {{{STR("")}}, {{STR("+234 803 Adaeze")}}, {{STR("+1")}}, {{STR("UNKNOWN")}}, {{{"12\0003456", 7}}}};
	struct paper *p = *state;

	assert_null(paper_language(p, STR("en")));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err *e;
		str pdf = {0};

		e = paper_card(p, rows[i].phones, &pdf);
		assert_non_null(e);
		assert_int_equal(e->kind, ERR_INVALID);
		assert_null(pdf.p);
	}
}

static void complete_in(const struct json *said, const char *where)
{
	static const char *const tags[] = {"fr", "en", "ar"};

	for (size_t i = 0; i < 3; i++) {
		str text = json_text(said, tags[i]);

		if (!text.n)
			fail_msg("%s has no %s", where, tags[i]);
		for (size_t k = 0; k < sizeof never / sizeof *never; k++)
			lacks(text, never[k]);
	}
}

/* Every text in every language, with the same places to fill. */
static void texts_complete(void **state)
{
	static const char *const places[] = {"{country}", "{hours}", "{months}"};
	const struct paper *p = *state;

	assert_true(json_count(json_get(p->texts, "declaration")) > 5);
	JSON_EACH (block, json_get(p->texts, "declaration")) {
		struct json *said = json_first(block);

		complete_in(said, "declaration");
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(count(json_text(said, "fr"), places[i]),
					 count(json_text(said, "en"), places[i]));
			assert_int_equal(count(json_text(said, "fr"), places[i]),
					 count(json_text(said, "ar"), places[i]));
		}
	}
	JSON_EACH (word, json_get(p->texts, "words"))
		complete_in(word, arena_z(p->a, word->key));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fresh, wipe)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(texts_complete), TEST(languages_known), TEST(declaration), TEST(read_aloud),   TEST(nobody_yet),
		TEST(plan),           TEST(plan_refused),    TEST(card),        TEST(card_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
