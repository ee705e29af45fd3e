/* ceremony.h — shares of the recovery key as files, and as sheets of paper. */
#pragma once
#include "shamir.h"

#define SHARE_FILE_MAX 4096

/* One A4 page: what it is, the groups, the same as a QR code, who keeps it. */
struct err *share_pdf(struct arena *a, const struct share *s, str set, str *out) MUST_CHECK;
/* Files of shares, "-" being lines typed on standard input (one share, ended by an empty line or the end).  Says which
 * one is wrong. */
struct err *shares_read(struct arena *a, const char *const *paths, size_t n, struct share *out) MUST_CHECK;
/* The recovery key from these files; card: NULL when it is not at hand. */
struct err *shares_open(struct arena *a, const char *const *paths, size_t n, const struct share_card *card,
			struct key *out) MUST_CHECK;

struct coordinator_words {
	const char *key_file, *login, *name, *office;
};
/* A coordinator from the shares: asks on standard error, reads standard input, prints the link.  coordinator.c */
struct err *coordinator_make(struct arena *a, const char *dir, const struct coordinator_words *w,
			     const char *const *paths, size_t n) MUST_CHECK;
