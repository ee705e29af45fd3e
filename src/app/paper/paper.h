/* paper.h — the papers of a case as PDF: the declaration someone signs before a return, the plan, the card of
 * telephone numbers.  Builders are pure: answers and words in, bytes out; no database, no keys, no HTTP.
 *
 * A paper leaves the house: it can be found, read over a shoulder, lost.  None of them says a name (people write
 * theirs by hand), what happened to the person, or why she is helped.  The card says numbers and nothing else. */
#pragma once
#include "doc.h"
#include "form.h"
#include "programme.h"

struct paper {
	struct arena *a;
	const struct forms *forms;
	const struct json *texts;        /* data/papers.json */
	const struct locale *fr, *other; /* other NULL: French alone */
	str spoken;    /* tag of the language it is read aloud in when no text exists in it; or absent */
	str reference; /* code of the case; never on the card */
};
/* lang: "fr", a language shipped, or any other known one (then French beside English).  INVALID when unknown. */
struct err *paper_language(struct paper *p, str lang) MUST_CHECK;

struct declaration {
	str country;                  /* ISO; absent: to be written by hand */
	int reflection_hours, months; /* of the programme */
	const struct json **consents; /* answers of F03, newest first; only those given name who receives what */
	size_t n_consents;
};
struct err *paper_declaration(const struct paper *p, const struct declaration *d, str *pdf) MUST_CHECK;

/* answers: of form F10, with the parts plan and finance. */
struct err *paper_plan(const struct paper *p, const struct json *answers, day on, int version, str *pdf) MUST_CHECK;

/* Numbers in the order to call them; doubles and absent ones are left out.  INVALID when none is left, or when one is
 * no telephone number. */
#define CARD_PHONES_MAX 4
struct err *paper_card(const struct paper *p, const str phones[CARD_PHONES_MAX], str *pdf) MUST_CHECK;

/* paper.c — shared by the builders. */
struct both {
	str fr, other; /* other absent: French alone */
};
struct both paper_said(const struct paper *p, const struct json *text3);
struct both paper_word(const struct paper *p, const char *name);
struct both paper_label(const struct paper *p, const struct label *l);
struct both paper_code(const struct paper *p, const struct field *f, str code); /* label of a chosen code */
str both_line(const struct paper *p, struct both b, const char *between);       /* "Total / Total" for a cell */
struct doc *paper_begin(const struct paper *p, bool reference);
void paper_h2(struct doc *d, struct both b);
void paper_text(struct doc *d, struct both b);
void paper_note(struct doc *d, struct both b);
void paper_sign(const struct paper *p, struct doc *d);
