/* client.h — one question and its answer, for the two files of the client side. */
#pragma once
#include "wire.h"

struct vault {
	int fd;
	uint32_t seq;
	bool broken;    /* the channel lost step: nothing on it can be believed */
	struct codec c; /* writes the question, then reads the answer */
	size_t asked, got;
	uint8_t out[ASK_MAX], in[REPLY_MAX];
};

struct codec *vault_begin(struct vault *v);
void put_second(struct codec *c, const struct second *s);
/* Sends what was written; behind it v->c reads the answer, which lives until vault_end. */
struct err *vault_call(struct vault *v, struct arena *a, enum verb verb, unsigned sub) MUST_CHECK;
/* The answer was read to its end; wipes both buffers. */
struct err *vault_end(struct vault *v, struct arena *a) MUST_CHECK;
