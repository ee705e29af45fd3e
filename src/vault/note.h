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
/* Takes one note off the front of *rest.  False: no well-formed note there, and *rest is unchanged. */
bool note_take(struct arena *a, str *rest, struct note *out);
bool note_good(struct arena *a, const struct note *n, str origin, const uint8_t pk[32]);
/* The public key as a line: origin+hash+base64(0x01 | key) */
str note_key(struct arena *a, str origin, const uint8_t pk[32]);
bool note_key_parse(struct arena *a, str line, str *origin, uint8_t pk[32]);
