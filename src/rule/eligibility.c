/* eligibility.c — the criteria, one function each; the sentences stand beside them, in English and French. */
#include "eligibility.h"

#include "geo.h"

enum { PRESUMED, IDENTIFIED }; /* list TSTATUS */
enum { YES, CONSIDERING };     /* list WISH */

static struct reason answer(bool met, const char *text, const char *text_fr)
{
	return (struct reason){.met = met, .text = text, .text_fr = text_fr};
}

static struct reason status(const struct eligibility_in *in)
{
	if (in->status == IDENTIFIED)
		return answer(true, "The person is identified as a victim of trafficking.",
			      "La personne est identifiée comme victime de traite.");
	if (in->status == PRESUMED)
		return answer(true, "The person is presumed to be a victim of trafficking.",
			      "La personne est présumée victime de traite.");
	return answer(false, "The person is not, or not yet, presumed to be a victim of trafficking.",
		      "La personne n’est pas, ou pas encore, présumée victime de traite.");
}

static struct reason identified_in(const struct eligibility_in *in)
{
	enum geo_france place = in->identified_in.n ? geo_french(in->identified_in) : GEO_UNREADABLE;

	if (place == GEO_METROPOLITAN)
		return answer(true, "The person was identified in metropolitan France.",
			      "La personne a été identifiée en France métropolitaine.");
	if (place == GEO_OVERSEAS && !in->metropolitan_only)
		return answer(true, "The person was identified in France, overseas.",
			      "La personne a été identifiée en France d’outre-mer.");
	if (place == GEO_OVERSEAS)
		return answer(false, "The person was identified in France overseas, not in metropolitan France.",
			      "La personne a été identifiée outre-mer, pas en France métropolitaine.");
	if (place == GEO_NOT_FRANCE)
		return answer(false, "The person was not identified in France.",
			      "La personne n’a pas été identifiée en France.");
	return answer(false, "Where the person was identified is not known.",
		      "On ne sait pas où elle a été identifiée.");
}

static bool within(day d, day from, day to)
{
	return d != NO_DAY && (from == NO_DAY || d >= from) && (to == NO_DAY || d <= to);
}

static struct reason identified_on(const struct eligibility_in *in, unsigned *flags)
{
	if (in->identified_on == NO_DAY)
		return answer(!in->dates_decide, "The day of identification is not known.",
			      "La date d’identification n’est pas connue.");
	if (within(in->identified_on, in->identified_from, in->identified_to))
		return answer(true, "The day of identification fits the programme.",
			      "La date d’identification convient au programme.");
	*flags |= ELIG_OUTSIDE_PROGRAMME_DATES;
	return answer(!in->dates_decide, "The day of identification is outside the dates of the programme.",
		      "La date d’identification est hors des dates du programme.");
}

static day judged_on(const struct eligibility_in *in)
{
	return in->departure == NO_DAY ? in->today : in->departure;
}

/* One citizenship of the Union beside another does not exclude: the coordinator looks at it (design §10.19).
 * Only citizenships of the Union: not a third-country national. */
static struct reason citizenship(const struct eligibility_in *in, unsigned *flags)
{
	size_t eu = 0;

	for (size_t i = 0; i < in->n_citizenships; i++)
		eu += geo_eu(geo_sovereign(in->citizenships[i]), judged_on(in));
	if (!in->citizenships_known)
		return answer(false, "The citizenships are not known.", "Les nationalités ne sont pas connues.");
	if (in->n_citizenships == 0)
		return answer(true, "The person is stateless.", "La personne est apatride.");
	if (eu == 0)
		return answer(true, "The person has no citizenship of the European Union.",
			      "La personne n’a pas la nationalité d’un pays de l’Union européenne.");
	*flags |= ELIG_EU_CITIZENSHIP;
	if (eu < in->n_citizenships)
		return answer(
			true,
			"The person also has a citizenship of the European Union: the coordinator must look at it.",
			"La personne a aussi la nationalité d’un pays de l’Union européenne\u00A0: la coordination "
			"doit "
			"examiner sa situation.");
	return answer(false, "The person is a citizen of the European Union.",
		      "La personne est citoyenne de l’Union européenne.");
}

static struct reason return_to(const struct eligibility_in *in)
{
	if (!geo_known(in->return_to))
		return answer(false, "The country of return is not known.", "Le pays de retour n’est pas connu.");
	if (geo_third_country(in->return_to, judged_on(in)))
		return answer(true, "The country of return is outside the European Union on the day of departure.",
			      "Le pays de retour est hors de l’Union européenne le jour du départ.");
	if (geo_eu(in->return_to, judged_on(in)))
		return answer(false, "The country of return is a member of the European Union on the day of departure.",
			      "Le pays de retour est membre de l’Union européenne le jour du départ.");
	return answer(
		false, "The place of return belongs to a member of the European Union: it is not a third country.",
		"Le lieu de retour appartient à un pays de l’Union européenne\u00A0: ce n’est pas un pays tiers.");
}

static struct reason departure(const struct eligibility_in *in, unsigned *flags)
{
	if (in->departure == NO_DAY)
		return answer(true, "No day of departure is set yet.", "Aucune date de départ n’est encore fixée.");
	if (within(in->departure, in->departure_from, in->departure_to))
		return answer(true, "The departure fits the dates of the programme.",
			      "Le départ est dans les dates du programme.");
	*flags |= ELIG_OUTSIDE_PROGRAMME_DATES;
	return answer(!in->dates_decide, "The departure is outside the dates of the programme.",
		      "Le départ est hors des dates du programme.");
}

static struct reason wish(const struct eligibility_in *in)
{
	if (in->wish == YES)
		return answer(true, "The person wishes to return.", "La personne souhaite rentrer.");
	if (in->wish == CONSIDERING)
		return answer(true, "The person is considering a return.", "La personne envisage de rentrer.");
	return answer(false, "The person has not said that they wish to return.",
		      "La personne n’a pas dit souhaiter rentrer.");
}

struct eligibility eligibility_judge(const struct eligibility_in *in)
{
	static const char *const codes[CRITERIA] = {"STATUS",    "IDENTIFIED_IN", "IDENTIFIED_ON", "CITIZENSHIP",
						    "RETURN_TO", "DEPARTURE",     "WISH"};
	struct eligibility e = {.eligible = true};

	e.reason[CRIT_STATUS] = status(in);
	e.reason[CRIT_IDENTIFIED_IN] = identified_in(in);
	e.reason[CRIT_IDENTIFIED_ON] = identified_on(in, &e.flags);
	e.reason[CRIT_CITIZENSHIP] = citizenship(in, &e.flags);
	e.reason[CRIT_RETURN_TO] = return_to(in);
	e.reason[CRIT_DEPARTURE] = departure(in, &e.flags);
	e.reason[CRIT_WISH] = wish(in);
	for (int c = 0; c < CRITERIA; c++) {
		e.reason[c].code = codes[c];
		e.eligible &= e.reason[c].met;
	}
	return e;
}
