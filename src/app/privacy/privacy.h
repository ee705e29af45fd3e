/* privacy.h — what of the desk stands on other pages. */
#pragma once
#include "alert.h"

/* Open requests and breaches with what is left of their time, for the data-protection officer's first page. */
struct err *desk_waiting(struct ctx *c, struct alert_line **out, size_t *n) MUST_CHECK;
