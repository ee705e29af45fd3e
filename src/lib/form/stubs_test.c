/* stubs_test.c — stands in for policy, i18n and html until their libraries are merged. */
#include "form.h"
#include <string.h>
struct locale {
	const char *tag;
};
static const struct locale locales[] = {{"fr"}, {"en"}, {"ar"}};
const struct locale *locale_get(str tag)
{
	for (size_t i = 0; i < 3; i++)
		if (str_eqz(tag, locales[i].tag))
			return &locales[i];
	return &locales[0];
}
str locale_tag(const struct locale *l)
{
	return str_of(l->tag);
}
bool country_known(str c)
{
	return str_eqz(c, "NG") || str_eqz(c, "FR") || str_eqz(c, "BR");
}
bool language_known(str c)
{
	return str_eqz(c, "en") || str_eqz(c, "yo");
}
const char *const compartment_names[COMPARTMENTS] = {"identity", "location", "story",   "risk", "health",
						     "child",    "legal",    "travel",  "plan", "finance",
						     "staff",    "training", "accounts"};
const char *const compartment_labels[COMPARTMENTS] = {"Identity", "Location", "Story",   "Risk", "Health",
						      "Child",    "Legal",    "Travel",  "Plan", "Finance",
						      "Staff",    "Training", "Accounts"};
enum compartment compartment_find(str n)
{
	int i = 0;
	while (i < COMPARTMENTS && !str_eqz(n, compartment_names[i]))
		i++;
	return (enum compartment)i;
}
const struct role_row roles[ROLES] = {[ROLE_CMF] = {"CMF", "Case manager", {COMP_BIT(0)}, {0}},
				      [ROLE_MED] = {"MED", "Medical focal point", {COMP_BIT(COMP_HEALTH)}, {0}}};
enum role role_find(str c)
{
	static const char *const codes[ROLES] = {"",    "PUBLIC", "CMF", "CMR", "CPF", "COO", "RSK",
						 "MED", "TRV",    "FIN", "MNE", "DPO", "TRN", "ADM"};
	for (int i = 1; i < ROLES; i++)
		if (str_eqz(c, codes[i]))
			return (enum role)i;
	return ROLE_NONE;
}
