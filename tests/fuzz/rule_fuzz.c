/* rule_fuzz.c — any bytes as the input of each rule.  The first byte chooses the rule; the files are read from the
 * source tree, from whose root this is run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct embed_file files[] = {
	{.path = "data/codes/CONSENT_KIND.json"},
	{.path = "data/codes/CONSENT_STATUS.json"},
	{.path = "data/codes/MITIG.json"},
	{.path = "data/codes/RISK.json"},
	{.path = "data/codes/TSTATUS.json"},
	{.path = "data/codes/VETO.json"},
	{.path = "data/codes/WISH.json"},
	{.path = "data/indicators/ilo-child-labour.json"},
	{.path = "data/rss.json"},
	{.path = "programmes/care-plus.json"},
};
static const struct embed_set set = {files, sizeof files / sizeof *files};

/* The shipped gates need every list; these have none, so that the rules themselves are reached quickly. */
static const char gateless[] = "\"gates\":{}}";

static str read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = calloc(1, 1 << 20);
	size_t n;

	if (!f || !p)
		abort();
	n = fread(p, 1, 1 << 20, f);
	fclose(f);
	return (str){p, n};
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < set.n; i++) {
		str text = read_file(files[i].path);
		ptrdiff_t gates = str_find(text, STR("\"gates\":"));

		if (gates > 0) {
			memcpy((char *)(uintptr_t)text.p + gates, gateless, sizeof gateless);
			text.n = (size_t)gates + sizeof gateless - 1;
		}
		files[i].data = text;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_create(256 << 20);
	struct json *out = NULL;
	struct err *e;

	if (n) {
		e = rule_run(a, &set, str_of(rule_names[data[0] % 7]), (str){(const char *)data + 1, n - 1}, 17784,
			     &out);
		if ((e == NULL) != (out != NULL) || (e && e->kind == ERR_INTERNAL))
			abort();
		if (out && !str_utf8_ok(json_dump(a, out, 16 << 20)))
			abort();
	}
	arena_destroy(a);
	return 0;
}
