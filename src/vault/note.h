/* note.h — signed tree heads as C2SP checkpoints (tlog-checkpoint, signed-note), so that witnesses and verifiers
 * that exist can read them:  origin \n size \n base64 root \n \n — origin base64(hash4 | signature) \n */
#pragma once
#include "crypt.h"

struct note {
	str origin;
	uint64_t size;
	uint8_t root[32], hash[4], sig[64];
	str text; /* what is signed */
};
str note_make(struct arena *a, const struct sign_pair *sign, str origin, uint64_t size, const uint8_t root[32]);
#define NOTE_DASH "\xe2\x80\x94 "
#define NOTE_ED25519 0x01
/* What tells a key in a signature line: the first bytes of SHA-256(name \n type key). */
void note_key_hash(struct arena *a, str name, uint8_t type, const uint8_t pk[32], uint8_t out[4]);
/* Takes one note off the front of *rest, with the countersignatures below its own.  False: no well-formed note there, and *rest is unchanged. */
bool note_take(struct arena *a, str *rest, struct note *out);
/* Whether `text` is the beginning of a note of that origin, and not the whole of it. */
bool note_begins(struct arena *a, str text, str origin);
bool note_good(struct arena *a, const struct note *n, str origin, const uint8_t pk[32]);
/* The public key as a line: name+hash+base64(type | key) */
str note_key(struct arena *a, str name, uint8_t type, const uint8_t pk[32]);
bool note_key_parse(struct arena *a, str line, uint8_t type, str *name, uint8_t pk[32]);
