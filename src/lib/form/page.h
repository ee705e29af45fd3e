/* page.h — what the templates of form.html draw: every word translated, every name and id made, nothing decided
 * there.  view.c fills the inputs, show.c the reading views. */
#pragma once
#include "inside.h"

enum shape { SHAPE_NOTE, SHAPE_TEXT, SHAPE_AREA, SHAPE_RADIOS, SHAPE_CHECKS, SHAPE_SELECT, SHAPE_REPEAT, SHAPE_GRID };

struct input_view {
	enum shape shape;
	str name, id; /* of the input, and of its element */
	str label, hint, why;
	str only_if, relevant;     /* when it is asked for: words, and JSON for the script; absent: always */
	str spoken;                /* GRID: row and column, for those who cannot see them */
	str error, described;      /* message; value of aria-describedby, absent when there is nothing */
	str value;                 /* TEXT, AREA; RADIOS, SELECT: the code chosen */
	const struct json *chosen; /* CHECKS: the codes chosen */
	const char *type, *mode;   /* of <input>: "date"; inputmode, or NULL */
	bool ltr;                  /* numbers, phones and addresses in every language */
	size_t max;                /* characters; 0: any */
	bool required, ticked, can_clear, can_add;
	bool tick;                              /* typed: "I don't know" stands beside the input */
	bool dunno;                             /* coded: "I don't know" is one more choice */
	const struct named *choices, *frequent; /* codes with their words; frequent ones first in a <select> */
	size_t n_choices, n_frequent;
	struct named *given; /* list in a <select>: what was answered, each beside a tick that takes it back */
	size_t n_given;
	bool full; /* … and no more can be */
	struct row_view *rows;
	size_t n_rows;
	struct input_view *columns; /* GRID: what a row asks; those that stand in a column of the table are marked */
	size_t n_columns;
	bool column, guided; /* GRID: some need a word of explanation */
};
struct row_view {
	str name, title;                 /* "risks.RK_T2" */
	struct input_view *cells, *more; /* GRID: in columns, and behind "More" */
	size_t n_cells, n_more;
	bool open; /* there is something to see behind "More" */
};
struct problem { /* a line of the error summary */
	str id, label, message;
};
struct problems {
	struct problem *all;
	size_t n, total; /* listed; in all */
};

struct fact { /* a question and its answer, for reading */
	str label, answer;
	bool foreign; /* typed by a person: its own direction and lines */
	const struct table_view *table;
};
struct table_row {
	struct fact *cells;
};
struct table_view {
	const str *heads;
	struct table_row *rows;
	size_t n_heads, n_rows;
};
struct change {
	str label, old, new_;
};

/* words.c */
str answer_words(struct arena *a, const struct locale *l, const struct field *f, const struct json *v, size_t max);
str cond_words(struct arena *a, const struct locale *l, const struct form *form, const struct cond *c);
str readers_words(struct arena *a, const struct locale *l, const struct form *form, enum compartment c);
str error_words(struct arena *a, const struct locale *l, const struct field *f, const struct err_field *e);
static inline bool masked(const struct field *f, uint32_t readable)
{
	return field_is(f, T_ANSWER) && !(readable & COMP_BIT(f->compartment));
}
