/* access.c — `rivage access`: who may do and read what, as Markdown, from the tables that the program itself obeys:
 * roles (policy.c), routes, forms.  docs/access-matrix.md is its output; a change of it is seen in every review, and
 * tools/lint.sh refuses one that was not written down. */
#include <stdio.h>

#include "cli.h"
#include "house.h"
#include "web.h"

#define OF_A_PERSON (COMP_BIT(COMP_STAFF) - 1) /* the compartments before it */

static void header(const char *first)
{
	printf("| %s |", first);
	for (enum role r = ROLE_PUBLIC; r < ROLES; r++)
		printf(" %s |", roles[r].code);
}

static void rule_line(unsigned columns)
{
	fputs("\n|", stdout);
	for (unsigned i = 0; i < columns; i++)
		fputs("---|", stdout);
	putchar('\n');
}

static void write_roles(void)
{
	puts("## Roles\n\n| code | who | files of her scope | offices |\n|---|---|---|---|");
	for (enum role r = ROLE_PUBLIC; r < ROLES; r++) {
		const struct role_row *row = &roles[r];
		bool content = ((row->reads[DOSSIER_FR] | row->reads[DOSSIER_COR]) & OF_A_PERSON) != 0;

		printf("| %s | %s | %s | %s |\n", row->code, row->name,
		       r == ROLE_PUBLIC  ? "writes a referral, reads none"
		       : row->every_case ? content ? "every one" : "every one, without content"
		       : content         ? "those given by name"
					 : "none",
		       row->every_office ? "every one" : "her own");
	}
	putchar('\n');
}

static const char *letter(const struct role_row *row, enum dossier d, enum compartment c)
{
	bool reads = row->reads[d] & COMP_BIT(c), writes = row->writes[d] & COMP_BIT(c);

	return reads ? writes ? "rw" : "r" : writes ? "w" : " ";
}

static void write_compartments(enum dossier d)
{
	printf("## Compartments of %s\n\n", d == DOSSIER_FR ? "the French file, and of objects that are no case"
							    : "the file of the country of return");
	header("compartment");
	rule_line(ROLES - ROLE_PUBLIC + 1);
	for (enum compartment c = 0; c < COMPARTMENTS; c++) {
		printf("| %s |", compartment_names[c]);
		for (enum role r = ROLE_PUBLIC; r < ROLES; r++)
			printf(" %s |", letter(&roles[r], d, c));
		putchar('\n');
	}
	putchar('\n');
}

static const char *loaded(const struct route *r)
{
	return r->load == LOAD_OPEN ? "opens it" : r->load == LOAD_CASE ? "finds it" : "";
}

static void write_routes(void)
{
	puts("## Pages\n\n● the role passes the row; what it then finds is of its own scope: a file that is not hers "
	     "answers as "
	     "an absent one.\n");
	header("method | path | asks for | the file");
	rule_line(ROLES - ROLE_PUBLIC + 4);
	for (const struct route *const *t = all_routes; *t; t++)
		for (const struct route *r = *t; r->path; r++) {
			printf("| %s | `%s` | %s | %s |", r->method == HTTP_POST ? "POST" : "GET", r->path,
			       may_names[r->may], loaded(r));
			for (enum role who = ROLE_PUBLIC; who < ROLES; who++)
				fputs(role_may(who, r->may) ? " ● |" : "  |", stdout);
			putchar('\n');
		}
	putchar('\n');
}

static void write_field(const struct form *f, const struct field *field)
{
	if (field->type == FIELD_NOTE)
		return;
	printf("| %.*s | %.*s | %s | %.*s |", STR_ARG(f->code), STR_ARG(field->name),
	       compartment_names[field->compartment], STR_ARG(field->sensitivity));
	for (enum role r = ROLE_PUBLIC; r < ROLES; r++)
		printf(" %s%s |", form_filled_by(f, r) ? "f" : "",
		       roles[r].reads[f->dossier] & COMP_BIT(field->compartment) ? "r" : "");
	putchar('\n');
}

static void write_fields(const struct forms *forms)
{
	puts("## Questions\n\nf: the role fills the form; r: it reads the answer. Cells of a table have the "
	     "compartment of their "
	     "table.\n");
	header("form | question | compartment | class");
	rule_line(ROLES - ROLE_PUBLIC + 4);
	for (size_t i = 0; i < forms->n; i++)
		for (size_t s = 0; s < forms->forms[i].n_sections; s++)
			for (size_t k = 0; k < forms->forms[i].sections[s].n_fields; k++)
				write_field(&forms->forms[i], &forms->forms[i].sections[s].fields[k]);
}

int cli_access(int argc, char **argv)
{
	struct arena *a = arena_create(64 << 20);
	struct forms *forms;
	struct err *e;
	size_t n;
	int code;

	if (!cli_options(argc, argv, NULL, 0, NULL, 0, &n)) {
		arena_destroy(a);
		return err_kinds[ERR_USAGE].exit;
	}
	e = i18n_start(a);
	if (!e)
		e = house_forms(a, &forms);
	if (!e) {
		puts("# Who may do and read what\n\nWritten by `rivage access` from the tables the program obeys; not "
		     "by hand.\n");
		write_roles();
		write_compartments(DOSSIER_FR);
		write_compartments(DOSSIER_COR);
		write_routes();
		write_fields(forms);
	}
	code = e ? cli_fail(e) : fflush(stdout) != 0;
	arena_destroy(a);
	return code;
}
