/* id.h — random 128-bit identifiers, one type per kind of thing so that a wrong one does not compile.
 * Text form: 26 characters of Crockford base32, lower case, for URLs and forms.  Ids mean nothing. */
#pragma once
#include "arena.h"

struct id {
	uint8_t b[16];
};
#define ID_TYPE(name)                                                                                                  \
	typedef struct {                                                                                               \
		struct id v;                                                                                           \
	} name
ID_TYPE(case_id);   /* a case, or a case-like object: office, programme (design §10.9) */
ID_TYPE(record_id); /* one filled form */
ID_TYPE(user_id);
ID_TYPE(group_id); /* office × compartment */

#define ID_TEXT 26
struct id id_random(void);
bool id_eq(struct id a, struct id b); /* not for secrets */
bool id_is_zero(struct id a);
str id_text(struct arena *a, struct id v);
bool id_parse(str s, struct id *out); /* exactly ID_TEXT characters, canonical */
int id_cmp(struct id a, struct id b);

void random_bytes(void *p, size_t n); /* getrandom(2); never fails */
