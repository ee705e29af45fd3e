/* geo.h — the eligibility rule's geography (data-standards §8): the Union by date, France by code. */
#pragma once
#include "base.h"

/* Member of the European Union on that day; overseas countries and territories of a member are not third
 * countries either for a return (geo_sovereign).  GB until 2020-01-31 included. */
bool geo_eu(str iso2, day on);
bool geo_third_country(str iso2, day on); /* known, not of the Union, not a territory of a member */
enum geo_france { GEO_METROPOLITAN, GEO_OVERSEAS, GEO_NOT_FRANCE, GEO_UNREADABLE };
/* ISO 3166-2 ("FR-2A"), or a French postal code ("20000"). */
enum geo_france geo_french(str place);
