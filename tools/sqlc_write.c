/* sqlc_write.c — writes checked queries as C: a table, row structs, and thin functions on db_run.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sqlc.h"

static void put_signature(struct buf *b, const struct query *q)
{
	const char *name = q->name.p;

	buf_fmt(b, "struct err *%s(struct db *c, struct arena *a", name);
	for (int i = 0; i < q->nargs; i++) {
		const struct var *v = &q->args[i];
		bool pointer = v->null && (v->type->kind == 'i' || v->type->kind == 'I');

		buf_fmt(b, ", %s%s%s%.*s", pointer ? "const " : "", v->type->c, pointer ? "*" : "", STR_ARG(v->name));
	}
	if (q->way == EXEC)
		buf_z(b, ", int64_t *changed)");
	else if (q->way == ONE)
		buf_fmt(b, ", struct %s_row *out, bool *found)", name);
	else if (q->way == MANY)
		buf_fmt(b, ", struct %s_row **out, size_t *n)", name);
	else
		buf_fmt(b, ", struct err *(*row)(const struct %s_row *, void *), void *arg)", name);
}

static void put_declaration(struct buf *b, const struct query *q)
{
	if (q->ncols) {
		buf_fmt(b, "struct %s_row {\n", q->name.p);
		for (int i = 0; i < q->ncols; i++) {
			const struct var *v = &q->cols[i];

			buf_fmt(b, "\t%s%.*s;\n", v->type->c, STR_ARG(v->name));
			if (v->null && v->type->kind == 'i')
				buf_fmt(b, "\tbool %.*s_null;\n", STR_ARG(v->name));
		}
		buf_z(b, "};\n");
	}
	if (q->doc.n)
		buf_fmt(b, "/* %.*s */\n", STR_ARG(q->doc));
	put_signature(b, q);
	buf_z(b, " MUST_CHECK;\n\n");
}

static void put_string(struct buf *b, str s)
{
	while (s.p) {
		str line = str_split(&s, '\n');

		buf_z(b, "\n\t        \"");
		for (size_t i = 0; i < line.n; i++) {
			if (line.p[i] == '"' || line.p[i] == '\\')
				buf_c(b, '\\');
			if (line.p[i] == '\t')
				buf_z(b, "\\t");
			else
				buf_c(b, line.p[i]);
		}
		buf_z(b, s.p ? "\\n\"" : "\"");
	}
}

static void put_query(struct buf *b, const struct query *q, int slot)
{
	buf_fmt(b, "\t{.name = \"%s\",\n\t .sql =", q->name.p);
	put_string(b, q->sql);
	buf_z(b, ",\n\t .types = \"");
	for (int i = 0; i < q->nargs; i++) {
		char kind = q->args[i].type->kind;

		buf_c(b, kind == 'd' ? 'i' : kind == 'I' ? 'b' : kind);
	}
	buf_fmt(b, "\", .slot = %d, .params = %d, .writes = %s, .stream = %s},\n", slot, q->nargs,
		q->writes ? "true" : "false", q->way == EACH ? "true" : "false");
}

static void put_shape(struct buf *b, const struct query *q)
{
	const char *name = q->name.p;

	buf_fmt(b, "static const struct db_shape %s_shape = {sizeof(struct %s_row), (const struct db_field[]){\n", name,
		name);
	for (int i = 0; i < q->ncols; i++) {
		const struct var *v = &q->cols[i];
		const char *col = v->name.p;

		buf_fmt(b, "\t{\"%s\", '%c', %s, offsetof(struct %s_row, %s), ", col, v->type->kind,
			v->null ? "true" : "false", name, col);
		if (v->null && v->type->kind == 'i')
			buf_fmt(b, "offsetof(struct %s_row, %s_null)},\n", name, col);
		else
			buf_z(b, "0},\n");
	}
	buf_fmt(b, "}, %d};\n\n", q->ncols);
}

static void put_args(struct buf *b, const struct query *q)
{
	buf_z(b, "\tconst struct db_value args[] = {");
	for (int i = 0; i < q->nargs; i++) {
		const struct var *v = &q->args[i];
		bool plain = str_eqz(str_of(v->type->word), "id");
		const char *name = arena_z(mem, v->name);

		buf_z(b, i ? ", " : "");
		if (v->type->kind == 'I' && v->null)
			buf_fmt(b, plain ? "db_id(%s)" : "db_id(%s ? &%s->v : NULL)", name, name);
		else if (v->type->kind == 'I')
			buf_fmt(b, "db_id(&%s%s)", name, plain ? "" : ".v");
		else
			buf_fmt(b, "db_%s%s(%s)", v->type->word, v->type->kind == 'i' && v->null ? "_or_null" : "",
				name);
	}
	buf_z(b, "};\n");
}

/* A pointer to a function may not be called as another type, so each :each query has a step of its own. */
static void put_each_step(struct buf *b, const char *name)
{
	buf_fmt(b,
		"struct %s_call {\n\tstruct err *(*row)(const struct %s_row *, void *);\n\tvoid *arg;\n};\n"
		"static struct err *%s_call(const void *row, void *arg)\n{\n\tconst struct %s_call *call = arg;\n\n"
		"\treturn call->row(row, call->arg);\n}\n\n",
		name, name, name, name);
}

static void put_function(struct buf *b, const struct query *q, int slot)
{
	const char *name = q->name.p, *args = q->nargs ? "args" : "NULL";

	if (q->ncols)
		put_shape(b, q);
	if (q->way == EACH)
		put_each_step(b, name);
	put_signature(b, q);
	buf_z(b, "\n{\n");
	if (q->nargs)
		put_args(b, q);
	if (q->way == MANY)
		buf_z(b, "\tvoid *rows;\n");
	if (q->way == EACH)
		buf_fmt(b, "\tstruct %s_call call = {row, arg};\n", name);
	buf_z(b, q->nargs || q->way == MANY || q->way == EACH ? "\n" : "");
	if (q->way == EXEC)
		buf_fmt(b, "\treturn db_run_exec(c, a, &db_queries[%d], %s, changed);\n", slot, args);
	else if (q->way == ONE)
		buf_fmt(b, "\treturn db_run_one(c, a, &db_queries[%d], %s, &%s_shape, out, found);\n", slot, args,
			name);
	else if (q->way == EACH)
		buf_fmt(b, "\treturn db_run_each(c, a, &db_queries[%d], %s, &%s_shape, %s_call, &call);\n", slot, args,
			name, name);
	else
		buf_fmt(b,
			"\tTRY(db_run_many(c, a, &db_queries[%d], %s, &%s_shape, &rows, n));\n"
			"\t*out = rows;\n\treturn NULL;\n",
			slot, args, name);
	buf_z(b, "}\n\n");
}

static str stem(const char *path)
{
	const char *slash = strrchr(path, '/');
	str s = str_of(slash ? slash + 1 : path);

	return str_ends(s, STR(".sql")) ? str_sub(s, 0, s.n - 4) : s;
}

static void save(const char *dir, str name, struct buf *b)
{
	const char *path = arena_fmt(mem, "%s/%.*s", dir, STR_ARG(name)).p;
	str text = buf_done(b);
	FILE *f = fopen(path, "wb");

	if (b->over || !f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f))
		die(path, 0, "cannot be written: %s", b->over ? "too large" : strerror(errno));
}

static void write_header(const char *dir, const char *file, const struct query *queries)
{
	struct buf b;

	buf_init(&b, mem, 8 * FILE_MAX);
	buf_fmt(&b,
		"/* Made by tools/sqlc from %.*s.sql; see db_run.h and db.h.  Strings of a row live in `a` (of :each,\n"
		" * until the callback returns). */\n#pragma once\n#include \"db.h\"\n\n",
		STR_ARG(stem(file)));
	for (const struct query *q = queries; q; q = q->next)
		if (strcmp(q->file, file) == 0)
			put_declaration(&b, q);
	save(dir, arena_fmt(mem, "%.*s_sql.h", STR_ARG(stem(file))), &b);
}

static void write_source(const char *dir, char **files, int nfiles, const struct query *queries)
{
	struct buf b;
	int n = 0;

	buf_init(&b, mem, 8 * FILE_MAX);
	buf_z(&b, "/* Made by tools/sqlc. */\n#include \"db_run.h\"\n");
	for (int i = 0; i < nfiles; i++)
		buf_fmt(&b, "#include \"%.*s_sql.h\"\n", STR_ARG(stem(files[i])));
	buf_z(&b, "\nconst struct db_query db_queries[] = {\n");
	for (const struct query *q = queries; q; q = q->next)
		put_query(&b, q, n++);
	buf_fmt(&b, "\t{.name = NULL},\n};\nconst int db_query_count = %d;\n\n", n);
	n = 0;
	for (const struct query *q = queries; q; q = q->next)
		put_function(&b, q, n++);
	save(dir, STR("queries.c"), &b);
}

void write_all(const char *dir, char **files, int nfiles, const struct query *queries)
{
	for (int i = 0; i < nfiles; i++)
		write_header(dir, files[i], queries);
	write_source(dir, files, nfiles, queries);
}
