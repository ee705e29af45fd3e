/* seckey.h — what a security key says (WebAuthn), checked: registrations and signatures.  The only user of fido.h.
 *
 * Nothing here talks to a key: the browser did.  Attestation is not asked for ("none"): which model a key is does not
 * matter, so a registration proves only that a key answered this challenge for this site.  Every function is strict:
 * what is not exactly of the right form is refused, a byte too many as well as one too few. */
#pragma once
#include "base.h"

#define SECKEY_ID_MAX 512
#define SECKEY_PK_MAX 64
#define SECKEY_NAME_MAX 160 /* what its owner calls it: 40 letters of any script */
#define SECKEY_CLIENT_MAX 1024
#define SECKEY_AUTH 37 /* of a signature: site, flags, counter, and nothing more */
#define SECKEY_SIG_MAX 80
#define SECKEY_ATTESTATION_MAX 4096

enum seckey_alg { SECKEY_ES256 = 1, SECKEY_EDDSA, SECKEY_ALGS };
struct seckey { /* the public half, as the house keeps it */
	enum seckey_alg alg;
	uint16_t n_id;
	uint8_t id[SECKEY_ID_MAX]; /* the key finds its private half by it */
	uint8_t pk[SECKEY_PK_MAX]; /* ES256: x ‖ y; EdDSA: 32 bytes */
	uint32_t counter;          /* of signatures; always 0 where the key does not count */
};

/* Whose pages a key signs for: "https://rivage.example" or, on this machine alone, "http://localhost:8080". */
struct seckey_site {
	str origin, rp; /* rp: the host of it */
};
bool seckey_site(str origin, struct seckey_site *out); /* false: keys cannot be used at such an address */

enum seckey_fault {
	SECKEY_GOOD,
	SECKEY_MALFORMED,
	SECKEY_TYPE,      /* a registration where a signature is due, or the reverse */
	SECKEY_CHALLENGE, /* not the one that was given */
	SECKEY_ORIGIN,    /* made on another site's page, or inside one */
	SECKEY_RP,        /* made for another site */
	SECKEY_NOBODY,    /* nobody touched the key, or it did not ask who it was (PIN, finger) */
	SECKEY_SIGNATURE,
	SECKEY_COUNTER, /* went back or stood still: there are two of this key */
};
enum seckey_act { SECKEY_CREATE, SECKEY_GET };

/* The browser's own words about what it signed (clientDataJSON).  challenge: the raw bytes. */
enum seckey_fault seckey_client(struct arena *a, str client, enum seckey_act act, str challenge,
				const struct seckey_site *site) MUST_CHECK;
/* The attestation object of a registration: the new key. */
enum seckey_fault seckey_registered(str attestation, str rp, struct seckey *out) MUST_CHECK;
/* A signature over auth and client by this key; counter: what it says now. */
enum seckey_fault seckey_signed(const struct seckey *k, str rp, str client, str auth, str sig,
				uint32_t *counter) MUST_CHECK;
/* Stands in where there is no such key: the same work, the same time; nobody signs for it. */
extern const struct seckey seckey_nobody;
/* Before the process is fenced in: what the libraries read and draw once, on the first use. */
void seckey_start(void);
