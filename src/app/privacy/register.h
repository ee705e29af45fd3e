/* register.h — the register of processing (GDPR, Art. 30), made of what the forms declare. */
#pragma once
#include "house.h"
#include "retention.h"

struct processing { /* one purpose; words in the reader's language, lists joined */
	str purpose, basis, forms, data, whom, readers, abroad, kept;
};
void register_make(struct arena *a, const struct house *house, const struct locale *l, struct processing **out,
		   size_t *n);
/* Of the three languages of a rule, the reader's. */
str retention_words(const struct retention_text *t, const struct locale *l);
str register_csv(struct arena *a, const struct locale *l, const struct processing *rows, size_t n);
