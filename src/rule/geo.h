/* geo.h — the eligibility rule's geography (data-standards §8): the Union by date, France by code.
 * The rows stand in geo.def. */
#pragma once
#include "base.h"

bool geo_known(str iso2); /* a country code of ISO 3166-1, or XK */
/* Member of the European Union on that day (a territory of a member is not itself a member: geo_sovereign). */
bool geo_eu(str iso2, day on);
str geo_sovereign(str iso2); /* "RE" → "FR"; the code itself for a state */
/* Known, not of the Union and not a territory of one of its members on that day. */
bool geo_third_country(str iso2, day on);
enum geo_france { GEO_METROPOLITAN, GEO_OVERSEAS, GEO_NOT_FRANCE, GEO_UNREADABLE };
/* ISO 3166-2 ("FR-2A", "FR-IDF"), or a French postal code ("20000"). */
enum geo_france geo_french(str place);
