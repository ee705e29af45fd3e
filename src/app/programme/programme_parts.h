/* programme_parts.h — the parts of the programme's page.  Private to app/programme. */
#pragma once
#include "accounts.h"
#include "programme_view.h"
#include "training.h"
#include "web.h"

void programme_fill_people(struct ctx *c, struct programme_view *v); /* programme_people.c: from heads alone */
void programme_fill_months(struct ctx *c, const struct trainings *t, struct programme_view *v);
