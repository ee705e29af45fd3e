/* vault_fixture.h — a real vault in a child process, its clients, and accounts, for the tests of this folder. */
#pragma once
#include "server.h"
#include "access.h"
#include "account.h"

#define CLIENTS 4
#define PERSON_PASSWORD STR("correct horse battery")
#define PASSPHRASE STR("a passphrase of the tests")

struct world {
	struct arena *a;
	char dir[64];
	int pid, fds[CLIENTS];
	struct vault *v;         /* the first client */
	uint64_t file_limit;     /* RLIMIT_FSIZE of the next vault, 0: none */
	const uint32_t *budgets; /* of the next vault, as in its configuration */
};
struct person {
	const char *login;
	enum role role;
	const char *office;
	user_id id;
	uint8_t totp[20];
	struct token t;
};

void world_dir(struct world *w); /* an empty directory, not yet a vault */
void world_start(struct world *w, const char *key_file);
int world_stop(struct world *w, int signal); /* exit code; -1 when killed */
void world_end(struct world *w);             /* stops, and removes the directory */
/* init, start, unseal; offices PARIS and LAGOS. */
void world_new(struct world *w);
void world_new_unlimited(struct world *w); /* the same, a demonstration without budgets */
void world_unseal(struct world *w);
struct vault *world_client(struct world *w, int i);
struct key world_pre(struct world *w, str password, const uint8_t salt[16]);
void person_new(struct world *w, struct person *p, struct token by);
struct err *person_try(struct world *w, struct person *p, str password, str code);
/* New accounts of all of them, made by the first, who is a coordinator; all are signed in. */
void people_in(struct world *w, struct person *const *all, size_t n);
#define CASE_MASK 0x3ffu /* every compartment of a file */
struct made {
	case_id id;
	struct wrap *w;
	struct case_key *k;
	size_t n_w, n_k;
};
struct made make_case(struct world *w, struct token t, enum dossier d, const char *first,
		      const char *second /* office, or NULL */);
struct err *open_for(struct world *w, const struct person *p, const struct made *m, enum purpose why,
		     uint32_t *got /* compartments, or NULL */);
struct err *reads(struct world *w, const struct person *p, const struct made *m);
struct err *prints(struct world *w, const struct person *p, const struct made *m);
/* Alerts of that kind which this person has not settled; *first: the newest, unless NULL. */
size_t waiting(struct world *w, const struct person *p, enum alarm_kind kind, struct alarm *first);
void person_in(struct world *w, struct person *p);           /* signs in; moves the clock past the code's step */
str person_code(struct world *w, const struct person *p);    /* one code works once: half a minute later */
struct err *person_again(struct world *w, struct person *p); /* signs in with the next code */
struct new_secrets secrets(struct world *w, str password, str recovery);
enum account_state state_of(struct world *w, user_id id);
bool alive(struct world *w, struct token t); /* the session */

/* Shared with the child.  It stands still but for what a test shifts: a slow machine changes no outcome. */
extern struct test_clock {
	volatile msec start, shift;
} * test_clock;
msec test_now(void);

#define OK(expr)                                                                                                       \
	do {                                                                                                           \
		struct err *e_ = (expr);                                                                               \
		if (e_)                                                                                                \
			fail_msg("%s: %s at %s: %.*s", #expr, err_kinds[e_->kind].name, e_->where,                     \
				 STR_ARG(e_->detail));                                                                 \
	} while (0)
#define KIND(k, expr)                                                                                                  \
	do {                                                                                                           \
		struct err *e_ = (expr);                                                                               \
		if (!e_)                                                                                               \
			fail_msg("%s did not fail", #expr);                                                            \
		else if (e_->kind != ERR_##k)                                                                          \
			fail_msg("%s: %s: %.*s", #expr, err_kinds[e_->kind].name, STR_ARG(e_->detail));                \
	} while (0)
