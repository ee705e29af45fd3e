/* audit_file.h — reading the audit log without the vault: `rivage audit verify|show`, and the vault at its start.
 *
 * DIR/vault/audit: entries of 160 bytes.  Each ends with link = SHA-256(previous link | the entry before its link);
 * the first previous link is SHA-256 of the origin, so a log belongs to one installation.
 * DIR/vault/audit.checkpoints: signed tree heads (RFC 6962 over whole entries).  DIR/vault/audit.pub: the key.
 *
 * The chain finds every change among entries that follow one another; the signatures find a log that was written
 * anew; only a checkpoint kept elsewhere (`against`) finds a log and checkpoints cut short together.  Entries written
 * together are on the disk before the next are: what of the last of them a power cut left is cut at the next start, while
 * damage with a `first` behind it is damage. */
#pragma once
#include "codec.h"
#include "merkle.h"

#define AUDIT_ENTRY 160
#define AUDIT_WRITE_MAX 1024 /* entries of one write */
#define AUDIT_ACTION 31
#define AUDIT_BACKUP "backup.made"

struct audit_entry {
	uint8_t role;          /* enum role of the actor then */
	bool done;             /* false: refused */
	uint8_t purpose;       /* enum purpose, 0 for none */
	uint32_t compartments; /* bit c: of the FR dossier; bit 16 + c: of COR */
	uint64_t seq;
	int64_t at;              /* Unix ms */
	uint64_t boot;           /* random for each start of the vault */
	uint64_t store_seq;      /* the store's last frame, already on disk when this entry was written */
	int64_t count;           /* rows listed, keys given, refusals of strangers it stands for */
	struct id actor, object; /* zero: the public or the program; none */
	uint8_t session[8];      /* from the session's hash; zero without one */
	char action[AUDIT_ACTION];
	bool first;           /* of the entries that were written together */
	uint64_t object_prev; /* 1 + seq of the entry before it about the same object; 0: none */
	uint8_t link[32];
};
void code_audit_entry(struct codec *c, struct audit_entry *e);

/* Walking a log from its first entry.  NULL: the entry is the next one; otherwise what is wrong with it. */
struct audit_walk {
	struct merkle tree; /* tree.n: entries so far */
	uint8_t link[32];
};
void audit_walk_start(struct audit_walk *w, str origin);
const char *audit_walk_entry(struct audit_walk *w, str bytes, struct audit_entry *out);
void audit_link(const uint8_t prev[32], str bytes, uint8_t out[32]);

struct audit_report {
	bool good;
	bool other_format; /* not good for this reason: whole, of another version of the program */
	uint64_t entries;
	uint64_t signed_size; /* of the last checkpoint; entries behind it rest on the chain alone */
	uint64_t checkpoints;
	size_t torn, torn_notes; /* bytes of a write that never ended: no fault, cut at the vault's next start */
	msec last;               /* time of the last entry */
	const char *fault;       /* when not good: what, in a sentence */
	uint64_t fault_at;       /* entry or checkpoint number */
	str head;                /* the log as it is: size and base64 root */
	struct audit_walk end;   /* behind the last good entry */
};
/* Fails only when the files cannot be read.  against: a checkpoint kept elsewhere, or absent. */
struct err *audit_verify(struct arena *a, const char *dir, str against, struct audit_report *out) MUST_CHECK;
/* The same over bytes (the fuzzer, and the vault's start). */
void audit_check(struct arena *a, str log, str notes, str key_line, str against, struct audit_report *out);
/* What is sent to a witness that has seen the first `old` entries: a proof, and the newest checkpoint (witness.h).
 * CONFLICT when nothing is signed yet, or less than old. */
struct err *audit_request(struct arena *a, const char *dir, uint64_t old, str *out) MUST_CHECK;
/* Time of the newest backup that the log tells of, unverified; 0: of none among the last million entries. */
struct err *audit_backup(struct arena *a, const char *dir, msec *out) MUST_CHECK;
/* Entries from..from+n-1, unverified. */
struct err *audit_show(struct arena *a, const char *dir, uint64_t from, size_t n, struct audit_entry **out,
		       size_t *n_out) MUST_CHECK;
