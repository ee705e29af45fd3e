/* doc.h — papers: consent forms, certificates, case summaries, as tagged PDF on A4.
 *
 * A document is a list of blocks, laid out and checked as they are added, then flowed over pages.  It may be in one
 * language, or bilingual: French at one side and the person's language at the other, each in its own direction.
 * Text is plain UTF-8; a line feed breaks the line.  A letter that no installed font can draw makes doc_pdf fail:
 * never an empty box in a paper that someone signs.  The same blocks always give the same bytes; no date, host or
 * author goes into the file.  A document belongs to one thread. */
#pragma once
#include "base.h"

struct doc;

struct doc_meta {
	str title;            /* of the file, shown by readers in window and tab: neutral, nothing about a person */
	str reference;        /* footer of every page, neutral; may be absent */
	str lang, other_lang; /* "fr", "ar": for shaping, and so that a screen reader speaks the right language */
	bool rtl, other_rtl;  /* direction of the document, and of the other language in pairs */
};

struct doc *doc_new(struct arena *a, struct doc_meta meta);

void doc_h1(struct doc *d, str text);
void doc_h2(struct doc *d, str text);
void doc_text(struct doc *d, str text);
void doc_item(struct doc *d, str text); /* bullet */
void doc_note(struct doc *d, str text); /* in a frame: what must not be overlooked */
/* The same said twice, side by side, starting at the same height. */
void doc_pair(struct doc *d, str text, str other);
void doc_pair_h2(struct doc *d, str text, str other);
void doc_pair_note(struct doc *d, str text, str other);

struct doc_key {
	str key, value;
};
void doc_keys(struct doc *d, const struct doc_key *rows, size_t n);

#define DOC_COLUMNS_MAX 12
struct doc_column {
	str title;
	unsigned weight; /* share of the width; at least 1 */
	bool amount;     /* aligned at its end */
};
/* cells: rows × n, row by row.  The titles are repeated on each page. */
void doc_table(struct doc *d, const struct doc_column *columns, size_t n, const str *cells, size_t rows);

#define DOC_SIGNERS_MAX 3
struct doc_signer {
	str role, name, under; /* "La personne" · name or absent · "Date et signature" */
};
/* Side by side with room to sign; never torn over two pages, nor alone on one. */
void doc_sign(struct doc *d, const struct doc_signer *signers, size_t n);

/* The whole file.  ERR_INTERNAL: text that is not UTF-8, or letters without a font; ERR_TOO_BIG: over 500 pages. */
struct err *doc_pdf(struct doc *d, struct arena *a, str *out) MUST_CHECK;
