/* form.h — forms declared in JSON (forms, XLSForm's vocabulary) and code lists (data/codes).
 * One definition gives the page, the validation, the storage by compartment, the read view and the facts of
 * the head.  Declarative only: no expressions, no scripts, no HTML.  Unknown keys are errors.  Answers are JSON:
 *   text, phone, email, date (ISO), select_one, country, lang, money (plain "1234.50"): a string
 *   integer: an integer       select_multiple: an array of strings       repeat, grid: an array of objects
 * The code of "I don't know" is "UNKNOWN" and of "does not wish to say" "ND", where the list or field has it. */
#pragma once
#include "html.h"
#include "json.h"
#include "policy.h"

enum field_type {
	FIELD_NOTE,
	FIELD_TEXT,
	FIELD_INTEGER,
	FIELD_DATE,
	FIELD_MONEY,
	FIELD_PHONE,
	FIELD_EMAIL,
	FIELD_ONE,
	FIELD_MANY,
	FIELD_COUNTRY,
	FIELD_COUNTRIES,
	FIELD_LANG,
	FIELD_LANGS,
	FIELD_REPEAT,
	FIELD_GRID
};

struct label { /* one text in the languages shipped */
	str fr, en, ar;
};
str label_in(const struct label *l, const struct locale *loc);

struct code {
	str code;
	struct label label;
	bool starred; /* risk factors: unknown counts as likelihood 3 (domain §8) */
};
struct code_list {
	str name;
	struct code *codes;
	size_t n;
	str source;
	bool official;
};
int code_index(const struct code_list *l, str code); /* position, or -1.  Lists only grow at their end. */
str code_label(const struct code_list *l, str code, const struct locale *loc); /* the code itself if unknown */

enum cond_op {
	COND_EQ,
	COND_NE,
	COND_LT,
	COND_LE,
	COND_GT,
	COND_GE,
	COND_SELECTED,
	COND_NOT_SELECTED,
	COND_EMPTY,
	COND_NOT_EMPTY,
	COND_AND,
	COND_OR
};
struct cond {
	enum cond_op op;
	str field, value;
	struct cond *first, *next; /* of AND, OR; siblings */
};

/* Whom an answer tells of: what is not the person's own is masked in the copy she is given (GDPR, Art. 15(4)). */
enum about {
	ABOUT_PERSON,
	ABOUT_FAMILY,
	ABOUT_VICTIM, /* another one */
	ABOUT_EXPLOITER,
	ABOUT_STAFF, /* colleagues, and professionals elsewhere */
	ABOUT_OTHER,
	ABOUT_MIXED, /* free words that may name others: somebody must read them first */
	ABOUTS
};
extern const struct about_row {
	const char *name, *label; /* msgid: what stands in its place; NULL: nothing is masked */
	const char *who;          /* msgid, for the register of processing; NULL: not known */
} about_rows[ABOUTS];

struct field {
	str name;
	enum field_type type;
	struct label label, hint, why; /* why: the declared purpose ("why we ask") */
	enum compartment compartment;
	str sensitivity; /* P1 … P4, domain §11 */
	str retention;
	enum about about;
	bool required, multiline;
	bool unknown;                    /* offers "I don't know" (value "UNKNOWN") beside the input */
	const struct code_list *choices; /* ONE, MANY; the rows of GRID */
	size_t max;                      /* characters of text; rows of REPEAT */
	int64_t min_int, max_int;
	struct cond *relevant, *constraint; /* they name fields above (constraint: or itself), of the same row first */
	struct label constraint_message;
	str head;             /* name of the fact this answer sets in the head; absent: none */
	struct field *fields; /* of REPEAT, GRID */
	size_t n_fields;
};
struct section {
	struct label title, intro;
	struct field *fields;
	size_t n_fields;
};
struct form {
	str code; /* "F01" */
	int version;
	enum dossier dossier;
	struct label title, intro;
	str retention; /* of fields that name none */
	str purpose;   /* of list PURPOSE */
	str *basis;    /* of list LEGAL_BASIS, for the register of processing */
	size_t n_basis;
	uint32_t write; /* bits of enum role that may fill it */
	bool once;      /* one current record per case; a new one supersedes (else: many, like F14) */
	bool public_;   /* may be filled without an account */
	struct section *sections;
	size_t n_sections;
	uint32_t compartments; /* those its fields use */
	html_frag *blank;      /* one a language, by its place (locale_at), where form_keep_blank was asked for them */
};
struct forms {
	struct form *forms; /* every version, by code then version */
	size_t n;
	struct code_list *lists;
	size_t n_lists;
};
struct form_source { /* a file to load: embedded, or a test's */
	const char *path;
	str text;
};
/* Loads everything or reports every error with file and place (ERR_CONFIG, one err_field per error: field is
 * "forms/F01.json: sections[0].fields[2].label").  heads: names of facts a field may set, NULL at its end; a NULL
 * pointer allows any.  The texts must live as long as the arena. */
struct err *forms_load(struct arena *a, const struct form_source *codes, size_t n_codes,
		       const struct form_source *files, size_t n_files, const char *const *heads,
		       struct forms **out) MUST_CHECK;
const struct form *form_find(const struct forms *f, str code, int version /* 0: newest */);
bool form_filled_by(const struct form *f, enum role r); /* false without a form */
const struct code_list *list_find(const struct forms *f, str name);
const struct field *form_field(const struct form *f, str name); /* inside rows too; NULL */
/* Every field that sets a fact of the head, with its answer (NULL: none), in the order of the form. */
void form_heads(const struct form *f, const struct json *answers,
		void (*each)(void *arg, const struct field *field, const struct json *answer), void *arg);

/* Reads a submitted body.  Nothing is refused here: what was typed is kept as typed so it can be shown again
 * (invalid UTF-8 already U+FFFD).  Inputs: name=value; grid and repeat cells: field.ROW.cell, ROW a code or 0, 1 …;
 * NAME.unknown: the tick "I don't know" beside an input.  Inputs that are not of the form are ignored. */
struct pair {
	str name, value;
};
struct json *form_read(struct arena *a, const struct form *f, const struct pair *in, size_t n);
/* Trims, makes numbers and dates plain, drops answers that are not relevant and empty rows, checks everything: NULL,
 * or ERR_INVALID with every field, and then `answers` is left as it was typed.  writable: compartments of the author;
 * answers of others are dropped and not asked for.  draft: only types and lengths, and nothing is dropped.
 * A required grid wants every row; inside a row that has any answer its required cells are wanted always. */
struct err *form_check(struct arena *a, const struct form *f, struct json *answers, uint32_t writable, day today,
		       bool draft) MUST_CHECK;
/* The same for a correction of `was`: an answer left as it was is not refused because days have passed since (a constraint
 * that compares with today).  was NULL: form_check. */
struct err *form_check_again(struct arena *a, const struct form *f, struct json *answers, const struct json *was,
			     uint32_t writable, day today) MUST_CHECK;
/* The form without the questions that `given` answers and without those that then have no place; conditions keep only what
 * the questions left decide.  For its page: what is filed is checked against the form itself, with both answers. */
const struct form *form_without(struct arena *a, const struct form *f, const struct json *given, day today);
bool cond_holds(const struct cond *c, const struct json *answers, const struct json *row, day today);

/* One JSON object per compartment the form uses (index: enum compartment; NULL where it uses none), and back. */
void form_split(struct arena *a, const struct form *f, const struct json *answers, struct json *parts[COMPARTMENTS]);
struct json *form_join(struct arena *a, const struct form *f, struct json *const parts[COMPARTMENTS]);

/* The inputs of a form, inside a <form> the caller opens.  errors: from form_check or NULL.  Adds an error
 * summary with links.  readable: compartments the reader has; others show who can read them.
 * more: name of a repeat to give one more empty row (from a button pressed without JavaScript), or absent. */
void form_inputs(struct html *h, const struct form *f, const struct json *answers, const struct err *errors,
		 uint32_t readable, str more);
/* The same of a form nobody has begun, for one who reads all of it.  Those that stand on a page opened all day are kept:
 * written once a language, at start, with the languages there are (i18n_start). */
void form_keep_blank(struct arena *a, struct forms *all, str code);
html_frag form_blank(struct arena *a, const struct form *f, const struct locale *l);
/* The answers for reading, as description lists; masked compartments as a sentence. */
void form_show(struct html *h, const struct form *f, const struct json *answers, uint32_t readable);
/* What changed between two versions, as a table old/new per field. */
void form_diff(struct html *h, const struct form *f, const struct json *old, const struct json *new_,
	       uint32_t readable);
/* The text of one answer for a reader ("Nigeria", "Yes", "12 May 2018"). */
str answer_text(struct arena *a, const struct locale *l, const struct field *f, const struct json *v);
