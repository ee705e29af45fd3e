/* err.h — the one error type.
 *
 * Every call that can fail returns struct err *, NULL meaning success, and is checked on the next line
 * (TRY).  Errors live in the arena of the request.  `detail` is for the log and never shown; it must hold
 * nothing about a person.  `message` is a sentence for the reader: an English msgid, translated where it
 * is shown.  kind decides the HTTP status and the exit code (one table, err_kinds). */
#pragma once
#include "arena.h"

enum err_kind {
	ERR_INTERNAL,    /* a fault of ours: 500, exit 1 */
	ERR_NOT_FOUND,   /* absent, or not for this actor: 404, exit 4 */
	ERR_DENIED,      /* 403 (objects answer NOT_FOUND instead), exit 7 */
	ERR_SIGNED_OUT,  /* no session, or it ended: 303 to sign-in, exit 7 */
	ERR_INVALID,     /* input refused, with fields: 422, exit 6 */
	ERR_CONFLICT,    /* someone wrote meanwhile: 409, exit 5 */
	ERR_TOO_BIG,     /* over a limit that detail names: 413, exit 6 */
	ERR_RATE,        /* too many: 429, exit 8 */
	ERR_METHOD,      /* 405, exit 2 */
	ERR_MALFORMED,   /* not HTTP, not JSON, not UTF-8 framing: 400, exit 6 */
	ERR_UNAVAILABLE, /* sealed, database or vault away, disk full: 503, exit 8 */
	ERR_USAGE,       /* command line: exit 2 */
	ERR_CONFIG,      /* configuration: exit 3 */
	ERR_KINDS
};

struct err_field {
	struct err_field *next;
	str field;           /* name of the input, e.g. "factors[3].present" */
	const char *message; /* msgid */
	str arg;             /* put in place of {arg} in the translated message; may be absent */
};

struct err {
	enum err_kind kind;
	const char *where;        /* file:line */
	const char *message;      /* msgid for the reader, or NULL for the kind's own */
	str arg;                  /* for {arg} in message */
	str detail;               /* for the log */
	struct err_field *fields; /* ERR_INVALID only, in the order of the form */
};

struct err_kind_row {
	const char *name;
	int http, exit;
	const char *message; /* msgid */
};
extern const struct err_kind_row err_kinds[ERR_KINDS];

#define MUST_CHECK __attribute__((warn_unused_result))

struct err *err_make(struct arena *a, enum err_kind kind, const char *where, const char *message,
		     const char *detail_fmt, ...) MUST_CHECK __attribute__((format(printf, 5, 6), returns_nonnull));
#define ERR_STR_(x) #x
#define ERR_STR(x) ERR_STR_(x)
#define WHERE __FILE__ ":" ERR_STR(__LINE__)
/* FAIL(arena, KIND, msgid or NULL, detail format, …) */
#define FAIL(a, kind, message, ...) err_make((a), ERR_##kind, WHERE, (message), __VA_ARGS__)
/* Adds a field error to *e (made ERR_INVALID at need), behind those already there. */
void err_field(struct arena *a, struct err **e, str field, const char *message, str arg);

#define TRY(expr)                                                                                                      \
	do {                                                                                                           \
		struct err *err_ = (expr);                                                                             \
		if (err_)                                                                                              \
			return err_;                                                                                   \
	} while (0)

/* A broken promise of our own code: says so and aborts.  The service ends with its process and is started anew. */
#define BUG(...) bug_(WHERE, __VA_ARGS__)
_Noreturn void bug_(const char *where, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
