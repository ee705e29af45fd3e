/* mo_embed.c — build tool: writes the compiled catalogues as a C file with the set i18n_catalogues.
 * usage: mo_embed OUT.c FILE.mo… (in the order of their names; each becomes "locale/FILE.mo") */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

static void bytes(FILE *out, const char *path, int i)
{
	FILE *in = fopen(path, "rb");
	long n = 0;

	if (!in) {
		perror(path);
		exit(1);
	}
	fprintf(out, "static const unsigned char mo_%d[] = {", i);
	for (int c; (c = getc(in)) != EOF; n++)
		fprintf(out, "%s%d,", n % 24 ? "" : "\n", c);
	fprintf(out, "\n};\n");
	fclose(in);
}

int main(int argc, char **argv)
{
	FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;

	if (!out) {
		fprintf(stderr, "usage: mo_embed OUT.c FILE.mo...\n");
		return 2;
	}
	fprintf(out, "#include \"embed.h\"\n\n");
	for (int i = 2; i < argc; i++)
		bytes(out, argv[i], i);
	fprintf(out, "static const struct embed_file files[] = {\n");
	for (int i = 2; i < argc; i++)
		fprintf(out, "\t{.path = \"locale/%s\", .data = {(const char *)mo_%d, sizeof mo_%d}},\n",
			basename(argv[i]), i, i);
	fprintf(out, "};\nextern const struct embed_set i18n_catalogues;\n");
	fprintf(out, "const struct embed_set i18n_catalogues = {files, sizeof files / sizeof *files};\n");
	return fclose(out) ? 1 : 0;
}
