/* web.h — a request on its way through the house, and the table every page stands in.
 * Order (design §3): limits → parse → session → permission → CSRF → load the object for this actor → handler → reply.
 * The row declares, the router enforces; a row without .may stops the program from starting. */
#pragma once
#include "http.h"
#include "kase.h"

enum load { LOAD_NONE, LOAD_CASE /* :case, found for this actor */, LOAD_OPEN /* the same, opened for reading */ };

struct ctx;
struct page_view;
struct route {
	enum http_method method;
	const char *path;
	struct err *(*fn)(struct ctx *c);
	enum may may;
	enum load load;
	bool own_origin;   /* public POST: no session token exists, the origin is checked instead */
	bool while_sealed; /* answers before the vault is open */
	bool again;        /* POST: password and code typed within five minutes, else they are asked for first */
	const struct fill_row *fill; /* of fill_get and fill_post: form_fill.h */
};
#define ROUTES_END                                                                                                     \
	{                                                                                                              \
		.path = NULL                                                                                           \
	}

struct ctx {
	struct op op;
	struct http_request *q;
	struct http_reply *r;
	const struct route *route;
	struct http_pair capture[4];
	size_t n_capture;
	struct kase *kase; /* LOAD_CASE, LOAD_OPEN */
	struct html h;     /* the page being written */
	const struct page_view *page;
	bool signed_in;
};

/* Every feature's routes, in one table of tables (routes.c). */
extern const struct route *const all_routes[];
struct err *routes_check(struct arena *a) MUST_CHECK;                      /* at start: .may set, no two rows alike */
void web_serve(struct http_request *q, struct http_reply *r, void *house); /* http_serve_fn */

/* False: too often from this address; the caller answers ERR_RATE. */
enum limit { LIMIT_REFERRAL, LIMIT_SIGN_IN, LIMIT_KEY, LIMITS };
bool ctx_limit(struct ctx *c, enum limit which);
/* The key of a password, after the vault has counted the attempt.  A few at a time (design §10.10). */
struct err *ctx_derive(struct ctx *c, str typed, const uint8_t salt[16], struct key *pre) MUST_CHECK;
struct err *ctx_attempt(struct ctx *c, str login, str typed, struct key *pre) MUST_CHECK;
/* An attempt that failed, for the page it was made on: what it says, with which status.  False: another failure.
 * denied: what it says where something was not right. */
struct attempt_fault {
	const char *why; /* msgid */
	int status;
};
bool attempt_fault(struct ctx *c, const struct err *e, const char *denied, struct attempt_fault *out);
/* For routes that say .again: asks for password and code, carrying on what was posted; *answered: with that page. */
struct err *web_again(struct ctx *c, bool *answered) MUST_CHECK;
str ctx_capture(const struct ctx *c, const char *name);
str ctx_form(const struct ctx *c, const char *name);
str ctx_query(const struct ctx *c, const char *name);
struct err *ctx_see_other(struct ctx *c, const char *fmt, ...) MUST_CHECK __attribute__((format(printf, 2, 3)));

/* The frame of a page.  title: msgid, neutral: never a name, a code of a case, or what the programme is about. */
struct page {
	const char *title;
	const char *section;     /* "home", "cases" …: which entry of the bar is current */
	const struct kase *kase; /* shows the identity bar */
	bool public_;            /* public frame: quick exit, no bar */
	bool filling;            /* holds a form under way: nothing in the bar may lead away from it */
	int status;              /* 0: 200 */
	bool keys;               /* holds a button for security keys: their script */
	bool once;               /* shows what is shown once: no link that would draw it again, in another language */
};
/* The reply to a request without a session: to sign-in and back; a posted form is kept, sealed (design §10.13). */
struct err *web_signed_out(struct ctx *c) MUST_CHECK;
/* What was kept, for its author: its address and body; absent strings when there is nothing of hers. */
struct err *stash_open(struct ctx *c, str id, str *path, str *body) MUST_CHECK;
/* On the page of a form, with ?stash=: what was typed into it.  answers NULL: nothing.  No declared form: pairs only. */
struct stashed {
	struct json *answers;
	record_id record;
	int based_on;
	str reason;
	bool from_draft; /* its page was drawn from a draft */
	struct http_pair *pairs;
	size_t n_pairs;
};
struct err *stash_take(struct ctx *c, const struct form *f, struct stashed *out) MUST_CHECK;
str stash_address(struct ctx *c, str address, str id);
str stash_action(struct ctx *c, str action); /* where the form is posted to, so that saving it drops what was kept */
struct err *stash_saved(struct ctx *c) MUST_CHECK; /* the router's, behind a handler that went well */
/* Writes the head of the page into c->h; page_end closes it and makes it the reply. */
void page_begin(struct ctx *c, const struct page *p);
struct err *page_end(struct ctx *c) MUST_CHECK;
/* The page of an error: kind's words, message, what to do. */
void page_error(struct ctx *c, const struct err *e);
/* A notice shown once at the top of the next page, kept as a code in the query (?done=saved). */
const char *notice_text(str code); /* msgid or NULL */
/* over.c: which limit of the vault the actor has reached, until when, and whom to ask; absent: none. */
str over_budget(struct ctx *c);
