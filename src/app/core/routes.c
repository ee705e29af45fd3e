/* routes.c — every feature's table of routes.  From a URL to its row: find the feature here, the row in its table. */
#include "web.h"

#define FEATURES(X)                                                                                                    \
	X(alert_routes)                                                                                                \
	X(asset_routes)                                                                                                \
	X(audit_routes)                                                                                                \
	X(account_routes)                                                                                              \
	X(enter_routes)                                                                                                \
	X(key_routes)                                                                                                  \
	X(me_routes)                                                                                                   \
	X(staff_routes)                                                                                                \
	X(home_routes)                                                                                                 \
	X(list_routes)                                                                                                 \
	X(check_routes)                                                                                                \
	X(case_routes)                                                                                                 \
	X(form_routes)                                                                                                 \
	X(paper_routes)                                                                                                \
	X(payment_routes)                                                                                              \
	X(programme_routes)                                                                                            \
	X(erasure_routes)                                                                                              \
	X(copy_routes)                                                                                                 \
	X(desk_routes)                                                                                                 \
	X(disclosure_routes)                                                                                           \
	X(register_routes)                                                                                             \
	X(retention_routes)                                                                                            \
	X(cost_routes)                                                                                                 \
	X(training_routes)                                                                                             \
	X(triage_routes)                                                                                               \
	X(waiver_routes)                                                                                               \
	X(public_routes)

#define DECLARE(table) extern const struct route table[];
FEATURES(DECLARE)

#define LIST(table) table,
const struct route *const all_routes[] = {FEATURES(LIST) NULL};
