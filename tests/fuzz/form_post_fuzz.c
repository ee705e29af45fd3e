/* form_post_fuzz.c — any body, as lines NAME=VALUE, posted to a form with every type of field: read, checked,
 * drawn, split and joined.  A refused body leaves the answers as they were typed; an accepted one survives
 * sealing in parts. */
#include <stdlib.h>

#include "form_lists.h"

#define L "\"label\":{\"fr\":\"t\",\"en\":\"T\",\"ar\":\"x\"}"
#define I "\"compartment\":\"identity\",\"sensitivity\":\"P2\""
#define S "\"compartment\":\"story\",\"sensitivity\":\"P3\""
#define YN "\"choices\":\"YN\""

static const struct form_source source = {
	"T.json",
	STR("{\"form\":\"T\",\"version\":1,\"dossier\":\"FR\",\"title\":{\"fr\":\"t\",\"en\":\"T\",\"ar\":\"x\"},"
	    "\"write\":[\"CMF\"],"
	    "\"retention\":\"case\",\"purpose\":\"YES\",\"basis\":[\"YES\"],\"sections\":[{\"title\":{\"fr\":\"t\","
	    "\"en\":\"T\",\"ar\":\"x\"},\"fields\":["
	    "{\"name\":\"a\",\"type\":\"text\",\"about\":\"person\",\"required\":true,\"max\":20," L "," I "},"
	    "{\"name\":\"b\",\"type\":\"text\",\"about\":\"person\",\"appearance\":\"multiline\",\"unknown\":true," L
	    "," S "},"
	    "{\"name\":\"c\",\"type\":\"integer\",\"min\":0,\"max_value\":9,\"unknown\":true," L "," I "},"
	    "{\"name\":\"d\",\"type\":\"date\"," L "," I
	    ",\"constraint\":{\"field\":\"d\",\"op\":\"<=\",\"value\":\"today\"},"
	    "\"constraint_message\":{\"fr\":\"t\",\"en\":\"T\",\"ar\":\"x\"}},"
	    "{\"name\":\"e\",\"type\":\"money\"," L "," I "},{\"name\":\"f\",\"type\":\"phone\",\"about\":\"person\"," L
	    "," I "},"
	    "{\"name\":\"g\",\"type\":\"email\",\"about\":\"person\"," L "," I
	    "},{\"name\":\"h\",\"type\":\"select_one\"," YN "," L "," I "},"
	    "{\"name\":\"i\",\"type\":\"select_multiple\",\"unknown\":true," YN "," L "," S "},"
	    "{\"name\":\"j\",\"type\":\"countries\",\"max\":3," L "," I "},{\"name\":\"k\",\"type\":\"lang\"," L "," I
	    "},"
	    "{\"name\":\"l\",\"type\":\"text\",\"about\":\"person\"," L "," I
	    ",\"relevant\":{\"field\":\"h\",\"op\":\"=\",\"value\":\"YES\"}},"
	    "{\"name\":\"m\",\"type\":\"repeat\",\"max\":3," L "," I
	    ",\"fields\":[{\"name\":\"n\",\"type\":\"text\",\"about\":\"person\"," L "},"
	    "{\"name\":\"o\",\"type\":\"date\",\"unknown\":true," L "}]},"
	    "{\"name\":\"p\",\"type\":\"grid\"," YN "," L "," S
	    ",\"fields\":[{\"name\":\"q\",\"type\":\"select_one\"," YN "," L "},"
	    "{\"name\":\"r\",\"type\":\"text\",\"about\":\"person\"," L "}]}]}]}")};
static struct arena *shared; /* for the whole run */
static const struct form *form;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct forms *f = NULL;

	(void)argc;
	(void)argv;
	shared = arena_create(32 << 20);
	if (i18n_start(shared) || forms_load(shared, lists_known, 3, &source, 1, NULL, &f))
		abort();
	form = form_find(f, STR("T"), 0);
	return 0;
}

static struct json *read_body(struct arena *a, str body)
{
	struct pair in[200];
	size_t n = 0;

	while (body.p && n < 200) {
		str line = str_split(&body, '\n');

		in[n].name = str_split(&line, '=');
		in[n].value = line;
		if (str_utf8_ok(in[n].name) && str_utf8_ok(in[n].value))
			n++;
	}
	return form_read(a, form, in, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_create((size_t)64 << 20);
	struct json *v = read_body(a, (str){(const char *)data, n}), *typed = json_copy(a, v), *parts[COMPARTMENTS];
	bool draft = n % 2;
	struct err *e = form_check(a, form, v, ~0u, day_of(2018, 11, 20), draft);
	struct html h;

	html_init(&h, a, locale_get(STR("ar")), 16 << 20);
	form_inputs(&h, form, v, e, ~0u, STR("m"));
	form_show(&h, form, v, ~0u);
	form_diff(&h, form, typed, v, ~0u);
	form_split(a, form, v, parts);
	if (e ? !json_equal(v, typed) : !draft && !json_equal(v, form_join(a, form, parts)))
		abort();
	if (!e && form_check(a, form, v, ~0u, day_of(2018, 11, 20), draft))
		abort(); /* what was accepted once is accepted again */
	arena_destroy(a);
	return 0;
}
