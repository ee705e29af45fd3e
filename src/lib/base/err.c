/* err.c — the one error type and the table of its kinds. */
#include "err.h"

#include <stdio.h>
#include <stdlib.h>

const struct err_kind_row err_kinds[ERR_KINDS] = {
	[ERR_INTERNAL] = {"internal", 500, 1,
			  N_("Something went wrong on our side. Nothing was saved. Please try again.")},
	[ERR_NOT_FOUND] = {"not-found", 404, 4, N_("This page does not exist, or it is not open to you.")},
	[ERR_DENIED] = {"denied", 403, 7, N_("Your role does not allow this.")},
	[ERR_SIGNED_OUT] = {"signed-out", 303, 7, N_("Please sign in again.")},
	[ERR_INVALID] = {"invalid", 422, 6, N_("Some answers need your attention.")},
	[ERR_CONFLICT] = {"conflict", 409, 5, N_("Someone else saved this in the meantime.")},
	[ERR_TOO_BIG] = {"too-big", 413, 6, N_("This is larger than what can be received.")},
	[ERR_RATE] = {"too-many", 429, 8, N_("Too many attempts. Please wait a little.")},
	[ERR_METHOD] = {"method", 405, 2, N_("This address does not take that kind of request.")},
	[ERR_MALFORMED] = {"malformed", 400, 6, N_("The request could not be read.")},
	[ERR_UNAVAILABLE] = {"unavailable", 503, 8, N_("The service is not available for the moment.")},
	[ERR_USAGE] = {"usage", 400, 2, N_("The command was not understood.")},
	[ERR_CONFIG] = {"config", 500, 3, N_("The configuration has an error.")},
};

struct err *err_make(struct arena *a, enum err_kind kind, const char *where, const char *message,
		     const char *detail_fmt, ...)
{
	struct err *e = NEW(a, struct err);
	va_list ap;

	va_start(ap, detail_fmt);
	*e = (struct err){.kind = kind, .where = where, .message = message, .detail = arena_vfmt(a, detail_fmt, ap)};
	va_end(ap);
	return e;
}

void err_field(struct arena *a, struct err **e, str field, const char *message, str arg)
{
	struct err_field *f = NEW(a, struct err_field), **at;

	if (!*e)
		*e = FAIL(a, INVALID, NULL, "fields refused");
	*f = (struct err_field){.field = arena_str(a, field), .message = message, .arg = arena_str(a, arg)};
	for (at = &(*e)->fields; *at; at = &(*at)->next)
		;
	*at = f;
}

void bug_(const char *where, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "rivage: BUG at %s: ", where);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
