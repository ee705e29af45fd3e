/* geo.c — countries, the Union by date, and where France is metropolitan.
 *
 * Postal codes: 20xxx is Corsica; 97xxx and 98xxx are overseas but 980xx is Monaco; 99xxx stands for abroad. */
#include "geo.h"

static const struct member {
	const char *code;
	int from[3], to[3];
} members[] = {
#define MEMBER(code, y1, m1, d1, y2, m2, d2) {#code, {y1, m1, d1}, {y2, m2, d2}},
#include "geo.def"
#undef MEMBER
};

static const struct territory {
	const char *code, *sovereign;
} territories[] = {
#define TERRITORY(code, sovereign) {#code, #sovereign},
#include "geo.def"
#undef TERRITORY
};

static const char countries[] = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN "
				"BO BQ BR BS BT BV BW BY BZ CA CC "
				"CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER "
				"ES ET FI FJ FK FM FO FR GA GB GD "
				"GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO "
				"IQ IR IS IT JE JM JO JP KE KG KH "
				"KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
				"MM MN MO MP MQ MR MS MT MU MV MW "
				"MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT "
				"PW PY QA RE RO RS RU RW SA SB SC "
				"SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN "
				"TO TR TT TV TW TZ UA UG UM US UY "
				"UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

bool geo_known(str iso2)
{
	if (iso2.n != 2)
		return false;
	for (size_t i = 0; i + 1 < sizeof countries; i += 3)
		if (iso2.p[0] == countries[i] && iso2.p[1] == countries[i + 1])
			return true;
	return false;
}

bool geo_eu(str iso2, day on)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		const struct member *m = &members[i];

		if (str_eqz(iso2, m->code))
			return on >= day_of(m->from[0], m->from[1], m->from[2]) &&
			       on <= day_of(m->to[0], m->to[1], m->to[2]);
	}
	return false;
}

str geo_sovereign(str iso2)
{
	for (size_t i = 0; i < sizeof territories / sizeof *territories; i++)
		if (str_eqz(iso2, territories[i].code))
			return str_of(territories[i].sovereign);
	return iso2;
}

bool geo_third_country(str iso2, day on)
{
	return geo_known(iso2) && !geo_eu(geo_sovereign(iso2), on);
}

static bool all_digits(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool one_of(str s, const char *const *list)
{
	while (*list && !str_eqz(s, *list))
		list++;
	return *list != NULL;
}

static enum geo_france postal(str s)
{
	int64_t code = 0;

	(void)str_to_i64(s, &code);
	if (code >= 1000 && code < 96000)
		return GEO_METROPOLITAN;
	if ((code >= 97100 && code < 97900) || (code >= 98400 && code < 98500) || (code >= 98600 && code < 99000))
		return GEO_OVERSEAS;
	return (code >= 98000 && code < 98100) || code >= 99000 ? GEO_NOT_FRANCE : GEO_UNREADABLE;
}

/* What stands behind "FR-". */
static enum geo_france subdivision(str s)
{
	static const char *const metropolitan[] = {"2A",  "2B",  "20R", "69M", "6AE", "75C", "ARA", "BFC", "BRE", "COR",
						   "CVL", "GES", "HDF", "IDF", "NAQ", "NOR", "OCC", "PAC", "PDL", NULL};
	static const char *const overseas[] = {"971", "972", "973", "974", "975", "976", "977", "978",
					       "984", "986", "987", "988", "989", "BL",  "CP",  "GF",
					       "GP",  "GUA", "LRE", "MAY", "MF",  "MQ",  "MTQ", "NC",
					       "PF",  "PM",  "RE",  "TF",  "WF",  "YT",  NULL};
	int64_t n = 0;

	if (one_of(s, metropolitan))
		return GEO_METROPOLITAN;
	if (one_of(s, overseas))
		return GEO_OVERSEAS;
	if (s.n != 2 || !all_digits(s) || !str_to_i64(s, &n))
		return GEO_UNREADABLE;
	return n >= 1 && n <= 95 && n != 20 ? GEO_METROPOLITAN : GEO_UNREADABLE;
}

enum geo_france geo_french(str place)
{
	str country = str_sub(place, 0, 2);

	if (place.n == 5 && all_digits(place))
		return postal(place);
	if (str_starts(place, STR("FR-")))
		return subdivision(str_sub(place, 3, place.n));
	if (!geo_known(country) || (place.n != 2 && (place.n < 4 || place.n > 6 || place.p[2] != '-')))
		return GEO_UNREADABLE;
	if (str_eqz(country, "FR"))
		return GEO_UNREADABLE; /* the country alone does not say where in it */
	return str_eqz(geo_sovereign(country), "FR") ? GEO_OVERSEAS : GEO_NOT_FRANCE;
}
