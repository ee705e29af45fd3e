/* house.h — what the web process holds while it runs, shared by its threads: store, forms, programme, keys of
 * the server lock, heads in memory, directory of staff.  Made once by house_open; read-only after, but for the parts
 * that guard themselves (heads, names).  Nothing here knows HTTP or HTML. */
#pragma once
#include "db.h"
#include "form.h"
#include "programme.h"
#include "seckey.h"
#include "vault.h"

struct heads;
struct rss;
struct retention;
struct names;
struct directory;
struct op;

struct house {
	struct arena *a; /* lives as long as the house */
	struct db_pool *pool;
	struct forms *forms;
	const struct field *asks[FACTS]; /* the question behind each fact of a head; NULL: no form asks */
	struct programme *programme;
	const struct rss *rss;
	const struct retention *retention;
	uint32_t kept_as[FORMS]; /* which of its rules each form of a case falls under, by its number */
	struct heads *heads;
	struct names *names;
	struct directory *staff; /* guards itself */
	bool demo;
	struct seckey_site site; /* where security keys can be used; origin absent: nowhere */
	uint64_t weak;           /* bits of enum check (check.h): seen at the start */
	msec clock_shift;        /* rules' clock minus real time, with --clock (design §10.11) */
	const char *clock_file;  /* demonstration only: read at each request */
	struct password_cost cost;
	struct err *(*finish)(struct op *op); /* what a fault cut short, once the heads are there; or NULL */
	/* filled when the vault is open */
	bool unsealed;
	struct web_keys keys;
	uint64_t refused_heads; /* left out at the start: older than the vault knows, changed, or missing */
};

struct house_config {
	str data;     /* data directory */
	str database; /* url; absent: sqlite in the data directory */
	msec clock;   /* 0: real */
	const char *clock_file;
	bool demo;
	struct password_cost cost;
	struct err *(*finish)(struct op *op);
};
struct err *house_open(struct arena *a, const struct house_config *c, struct house **out) MUST_CHECK;
/* The forms and code lists that are built in. */
struct err *house_forms(struct arena *a, struct forms **out) MUST_CHECK;
/* With the vault open: takes the server keys and loads the heads.  Idempotent. */
struct err *house_unseal(struct house *h, struct db *reader, struct vault *v, struct arena *a,
			 msec real_now) MUST_CHECK;
void house_close(struct house *h);

/* Who an account is, for display; absent strings when unknown.  Refreshed from the vault when an id is new. */
void staff_close(struct house *h);
str staff_name(struct house *h, struct vault *v, struct arena *a, user_id u);
struct err *staff_list(struct house *h, struct vault *v, struct arena *a, struct staff **out, size_t *n) MUST_CHECK;
/* The same in the order in which a reader of that language looks for a name. */
struct err *staff_by_name(struct house *h, struct vault *v, struct arena *a, const struct locale *l, struct staff **out,
			  size_t *n) MUST_CHECK;
