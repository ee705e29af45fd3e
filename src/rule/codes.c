/* codes.c — code lists straight from their files. */
#include "codes.h"

struct code_files {
	struct arena *a;
	const struct embed_set *data;
	struct parsed {
		str name;
		const struct json *codes;
		struct parsed *next;
	} * first;
};

struct code_files *code_files_open(struct arena *a, const struct embed_set *data)
{
	struct code_files *f = NEW(a, struct code_files);

	*f = (struct code_files){.a = a, .data = data};
	return f;
}

const struct json *code_files_list(struct code_files *f, str list)
{
	const struct embed_file *file;
	struct parsed *p;
	struct json *o = NULL;

	for (p = f->first; p; p = p->next)
		if (str_eq(p->name, list))
			return p->codes;
	file = embed_find(f->data, arena_fmt(f->a, "data/codes/%.*s.json", STR_ARG(list)));
	if (!file || json_parse(f->a, file->data, &o))
		return NULL;
	p = NEW(f->a, struct parsed);
	*p = (struct parsed){arena_str(f->a, list), json_get(o, "codes"), f->first};
	f->first = p;
	return p->codes;
}

int code_files_index(void *code_files, str list, str code)
{
	int at = 0;

	JSON_EACH (c, code_files_list(code_files, list)) {
		if (code.n && str_eq(json_text(c, "code"), code))
			return at;
		at++;
	}
	return -1;
}
