/* routes.c — every feature's table of routes.  From a URL to its row: find the feature here, the row in its table. */
#include "web.h"

extern const struct route account_routes[], home_routes[], list_routes[], case_routes[], form_routes[], triage_routes[],
	public_routes[], asset_routes[], training_routes[], payment_routes[];

const struct route *const all_routes[] = {
	asset_routes, account_routes, home_routes, list_routes, case_routes, form_routes, triage_routes,
	training_routes, payment_routes, public_routes, NULL,
};
