/* view.h — one field of a form as something to draw. */
#pragma once
#include "page.h"

struct viewer {
	struct arena *a;
	const struct locale *l;
	const struct form *form;
	const struct err *errors;
	str more; /* the repeat that gets one more empty row */
};
/* o: the object that holds the answer; prefix: of the input's name, "" or "field.ROW.". */
struct input_view view_field(struct viewer *w, const struct field *f, const struct json *o, str prefix);
str view_id(struct arena *a, str name); /* of the element of an input */
