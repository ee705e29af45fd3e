/* cost.c — the rules of a cost line, one row each: what is checked, in which article, in words. */
#include "cost.h"

#include "geo.h"

const char *const cost_natures[NATURES] = {"ORDINARY", "FINE", "LITIGATION", "DEBT_INTEREST", "PROVISION", "LAND"};

#define RULE(name) static enum cost_effect r_##name(const struct cost_in *in, money *eligible)
#define UNUSED ((void)in, (void)eligible)
#define EUROS(n) (INT64_C(n) * 100)

static enum cost_effect refuse(money *eligible)
{
	*eligible = 0;
	return EFFECT_REFUSED;
}

static enum cost_effect take_off(money *eligible, money m)
{
	if (m <= 0)
		return EFFECT_NONE;
	*eligible = *eligible > m ? *eligible - m : 0;
	return EFFECT_REDUCED;
}

/* Equipment by its post, or because the line says so. */
static bool equipment(const struct cost_in *in)
{
	return in->post == 'C' || in->is_equipment == SAID_YES;
}

static bool flat_rate(const struct cost_in *in)
{
	return in->post == 'I';
}

RULE(currency)
{
	if (str_eqz(in->currency, "EUR") || in->rate > 0)
		return EFFECT_NONE;
	return refuse(eligible);
}

RULE(share)
{
	money part = *eligible;

	if (in->share_percent == 100 || !money_share(*eligible, in->share_percent, 100, &part))
		return EFFECT_NONE;
	return take_off(eligible, *eligible - part);
}

RULE(share_key)
{
	UNUSED;
	return in->share_percent < 100 && in->share_justified != SAID_YES ? EFFECT_CHECK : EFFECT_NONE;
}

RULE(fund_period)
{
	day d = in->paid == NO_DAY ? in->invoiced : in->paid;

	if (d == NO_DAY || (d >= day_of(2014, 1, 1) && d <= day_of(2022, 12, 31)))
		return EFFECT_NONE;
	return refuse(eligible);
}

RULE(incurred)
{
	day d = in->invoiced == NO_DAY ? in->paid : in->invoiced;

	if (d == NO_DAY || flat_rate(in) || (d >= in->grant.from && d <= in->grant.to))
		return EFFECT_NONE;
	return refuse(eligible);
}

RULE(not_paid)
{
	return in->paid == NO_DAY && !flat_rate(in) ? refuse(eligible) : EFFECT_NONE;
}

/* Original text: five months after the project's end; as amended for grants signed from 11 July 2018: within it. */
static day paid_by(const struct grant *g)
{
	if (g->paid_by != NO_DAY)
		return g->paid_by;
	return g->signed_on != NO_DAY && g->signed_on >= day_of(2018, 7, 11) ? g->to : day_add_months(g->to, 5);
}

RULE(paid_late)
{
	return in->paid != NO_DAY && in->paid > paid_by(&in->grant) ? refuse(eligible) : EFFECT_NONE;
}

RULE(paid_before)
{
	return in->paid != NO_DAY && in->paid < in->grant.from ? refuse(eligible) : EFFECT_NONE;
}

RULE(foreseen)
{
	return in->foreseen == SAID_NO ? refuse(eligible) : EFFECT_NONE;
}

/* France with its outermost regions, other members, and third countries; not the overseas countries and territories. */
RULE(territory)
{
	static const char *const outermost[] = {"GP",     "MQ",     "GF",     "RE",     "YT",     "MF",
						"FR-971", "FR-972", "FR-973", "FR-974", "FR-976", "FR-978",
						"FR-GP",  "FR-MQ",  "FR-GF",  "FR-RE",  "FR-YT",  "FR-MF"};
	bool french = str_starts(in->territory, STR("FR-")) || str_eqz(geo_sovereign(in->territory), "FR");

	if (!in->territory.n || str_eqz(in->territory, "FR") || !french ||
	    geo_french(in->territory) == GEO_METROPOLITAN)
		return EFFECT_NONE;
	for (size_t i = 0; i < sizeof outermost / sizeof *outermost; i++)
		if (str_eqz(in->territory, outermost[i]))
			return EFFECT_NONE;
	return refuse(eligible);
}

RULE(proof)
{
	return in->proof == SAID_NO && !flat_rate(in) ? refuse(eligible) : EFFECT_NONE;
}

/* What the invoice says, in euros; 0 when it cannot be told. */
static money euros_of(const struct cost_in *in)
{
	money m = in->amount;

	if (!str_eqz(in->currency, "EUR") && in->rate > 0 && !money_convert(in->amount, in->rate, &m))
		return 0;
	return m;
}

/* Competition for any service above 5,000 € before tax: the price of the invoice decides, whatever the share that is
 * charged to the project. */
RULE(competition)
{
	money price = euros_of(in);

	if (price - in->recoverable_vat <= EUROS(5000) || in->post == 'A' || in->post == 'G' || flat_rate(in) ||
	    in->competition == SAID_YES)
		return EFFECT_NONE;
	return in->competition == SAID_NO ? refuse(eligible) : EFFECT_CHECK;
}

RULE(double_funding)
{
	return in->other_eu_fund == SAID_YES ? refuse(eligible) : EFFECT_NONE;
}

RULE(timesheet)
{
	if (in->post != 'A' || in->timesheet == SAID_YES)
		return EFFECT_NONE;
	return in->timesheet == SAID_NO ? refuse(eligible) : EFFECT_CHECK;
}

RULE(travel)
{
	UNUSED;
	return in->post == 'B' ? EFFECT_CHECK : EFFECT_NONE;
}

/* Below 20,000 € the full price counts only when bought before the last three months of the project. */
RULE(equipment_late)
{
	day bought = in->invoiced == NO_DAY ? in->paid : in->invoiced;

	if (!equipment(in) || *eligible >= EUROS(20000) || bought == NO_DAY ||
	    bought < day_add_months(in->grant.to + 1, -3))
		return EFFECT_NONE;
	return refuse(eligible);
}

RULE(equipment_large)
{
	return equipment(in) && *eligible >= EUROS(20000) ? EFFECT_CHECK : EFFECT_NONE;
}

RULE(second_hand)
{
	if (!equipment(in) || in->second_hand != SAID_YES || in->second_hand_declared == SAID_YES)
		return EFFECT_NONE;
	return refuse(eligible);
}

RULE(real_estate)
{
	UNUSED;
	return in->post == 'D' ? EFFECT_CHECK : EFFECT_NONE;
}

RULE(percent_fee)
{
	return in->post == 'F' && in->percent_fee == SAID_YES ? refuse(eligible) : EFFECT_NONE;
}

RULE(target_proof)
{
	if (in->post != 'G' || in->target_proof == SAID_YES)
		return EFFECT_NONE;
	return in->target_proof == SAID_NO ? refuse(eligible) : EFFECT_CHECK;
}

RULE(nature)
{
	return in->nature == NATURE_ORDINARY ? EFFECT_NONE : refuse(eligible);
}

RULE(in_kind)
{
	return in->in_kind == SAID_YES ? refuse(eligible) : EFFECT_NONE;
}

RULE(exchange_loss)
{
	return take_off(eligible, in->exchange_loss);
}

RULE(recoverable_vat)
{
	return take_off(eligible, in->recoverable_vat);
}

/* The better of the two flat rates, and the ceiling over the whole project. */
RULE(indirect)
{
	const struct grant *g = &in->grant;
	money by_staff = 0, by_direct = 0, room;

	if (!flat_rate(in))
		return EFFECT_NONE;
	if (g->staff < 0 && g->direct < 0)
		return EFFECT_CHECK;
	if (g->staff > 0 && !money_share(g->staff, 15, 100, &by_staff))
		return EFFECT_CHECK;
	if (g->direct > 0 && !money_share(g->direct, 7, 100, &by_direct))
		return EFFECT_CHECK;
	room = by_staff > by_direct ? by_staff : by_direct;
	room = (room > EUROS(500000) ? EUROS(500000) : room) - g->indirect_claimed;
	return take_off(eligible, *eligible - (room > 0 ? room : 0));
}

RULE(union_rate)
{
	int most = in->grant.specific_action ? 900 : 750;

	UNUSED;
	return in->grant.rate_permille > most ? EFFECT_CHECK : EFFECT_NONE;
}

#define D "décret 2015-44, art. "
#define COST_ROW(name, article, text, text_fr)                                                                         \
	{                                                                                                              \
#name, article, text, text_fr, r_##name                                                                \
	}
const struct cost_rule cost_rules[] = {
	COST_ROW(nature, D "19; Reg. 514/2014, art. 19",
		 "Fines, litigation, interest on debt, provisions and land are not eligible.",
		 "Amendes, contentieux, intérêts débiteurs, provisions et terrains ne sont pas éligibles."),
	COST_ROW(in_kind, D "19", "Contributions in kind are not eligible.",
		 "Les apports en nature ne sont pas éligibles."),
	COST_ROW(currency, D "5", "An amount in another currency needs its rate, with its source and month.",
		 "Un montant en devise exige son taux, avec sa source et son mois."),
	COST_ROW(fund_period, "Reg. 514/2014, art. 17", "Incurred and paid from 1 January 2014 to 31 December 2022.",
		 "Dépense engagée et payée du 1er janvier 2014 au 31 décembre 2022."),
	COST_ROW(incurred, D "2; Reg. 514/2014, art. 17", "The cost lies outside the period of the project.",
		 "La dépense est hors de la période du projet."),
	COST_ROW(not_paid, D "5", "The cost is not paid yet.", "La dépense n’est pas encore acquittée."),
	COST_ROW(paid_before, D "2", "The cost was paid before the project began.",
		 "La dépense a été payée avant le début du projet."),
	COST_ROW(paid_late, D "2", "The cost was paid after the last day for payments.",
		 "La dépense a été payée après la date limite de paiement."),
	COST_ROW(foreseen, D "2; Reg. 514/2014, art. 17", "The cost is not foreseen in the grant agreement.",
		 "La dépense n’est pas prévue par la convention."),
	COST_ROW(territory, D "3", "Overseas countries and territories are outside the territory of the Fund.",
		 "Les pays et territoires d’outre-mer sont hors du territoire du fonds."),
	COST_ROW(proof, D "5", "There is no invoice or no proof of payment.", "Facture ou preuve de paiement absente."),
	COST_ROW(double_funding, D "7", "Another fund of the Union pays the same cost.",
		 "Un autre fonds de l’Union finance la même dépense."),
	COST_ROW(recoverable_vat, D "19; Reg. 514/2014, art. 19", "VAT that can be recovered is taken off.",
		 "La TVA récupérable est déduite."),
	COST_ROW(exchange_loss, D "19", "Exchange losses are taken off.", "Les pertes de change sont déduites."),
	COST_ROW(share, D "8", "Only the project's share of the cost counts.",
		 "Seule la part affectée au projet compte."),
	COST_ROW(share_key, D "8", "The share or allocation key must be justified in the report.",
		 "Le taux ou la clé de répartition doit être justifié dans le bilan."),
	COST_ROW(competition, D "6", "Above 5,000 euros before tax, competition must be proven.",
		 "Au-delà de 5\u00A0000 euros hors taxes, la mise en concurrence doit être prouvée."),
	COST_ROW(timesheet, D "10", "Staff costs need timesheets signed by the employee and the superior.",
		 "Les dépenses de personnel exigent des feuilles de temps signées par l’agent et son supérieur."),
	COST_ROW(travel, D "11", "Travel counts only for those who take part directly, at the cheapest real cost.",
		 "Les déplacements ne comptent que pour les participants directs, au coût réel le plus économique."),
	COST_ROW(equipment_late, D "12",
		 "Equipment bought in the last three months of the project does not count at its full price.",
		 "Un équipement acheté dans les trois derniers mois du projet ne compte pas pour son prix entier."),
	COST_ROW(equipment_large, D "12", "Equipment of 20,000 euros or more must stay in use, or be depreciated.",
		 "Un équipement de 20\u00A0000 euros ou plus doit rester affecté, ou être amorti."),
	COST_ROW(second_hand, D "12", "Second-hand equipment needs a declaration and two quotes.",
		 "Un équipement d’occasion exige une déclaration et deux devis."),
	COST_ROW(real_estate, D "13-14", "Real estate follows rules of its own: check the text.",
		 "L’immobilier suit des règles propres\u00A0: vérifier le texte."),
	COST_ROW(percent_fee, D "16", "A subcontractor's fee as a percentage of the cost is not eligible.",
		 "La rémunération d’un sous-traitant en pourcentage du coût n’est pas éligible."),
	COST_ROW(target_proof, D "17", "Proof is needed that the person is in the target group and received the aid.",
		 "Il faut la preuve que la personne relève du public cible et a reçu l’aide."),
	COST_ROW(indirect, D "20", "Indirect costs: at most 15 % of staff or 7 % of direct costs, and 500,000 euros.",
		 "Coûts indirects\u00A0: au plus 15\u00A0% du personnel ou 7\u00A0% des coûts directs, et 500\u00A0000 "
		 "euros."),
	COST_ROW(union_rate, "Reg. 514/2014, art. 16", "The Union pays at most 75 %, or 90 % for specific actions.",
		 "L’Union paie au plus 75\u00A0%, ou 90\u00A0% pour les actions spécifiques."),
};
const size_t cost_rules_n = sizeof cost_rules / sizeof *cost_rules;
_Static_assert(sizeof cost_rules / sizeof *cost_rules <= 40, "room for findings");

struct cost_result cost_judge(const struct cost_in *in)
{
	struct cost_result r = {.eligible = euros_of(in)};

	for (size_t i = 0; i < cost_rules_n; i++) {
		enum cost_effect effect = cost_rules[i].check(in, &r.eligible);

		if (effect != EFFECT_NONE)
			r.finding[r.n++] = (struct cost_finding){&cost_rules[i], effect};
	}
	return r;
}
