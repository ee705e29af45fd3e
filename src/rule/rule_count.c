/* rule_count.c — the JSON rules that count: indicators of trafficking, a cost line. */
#include "cost.h"
#include "geo.h"
#include "rule_in.h"
#include "screen.h"

static struct err *load_set(struct rule_in *r, const struct indicator_set **out)
{
	str name = strict_text(&r->s, NULL, r->in, "set", true), text;
	str path = arena_fmt(r->a, "data/indicators/%.*s.json", STR_ARG(name));

	*out = NULL;
	if (!name.p)
		return NULL;
	if (!embed_find(r->data, path)) {
		strict_bad(&r->s, AT(NULL, "set"), "The set {arg} is unknown.", name);
		return NULL;
	}
	TRY(rule_file(r, path, &text));
	TRY(screen_load(r->a, arena_z(r->a, path), text, out));
	if (!(*out)->enabled)
		strict_bad(&r->s, AT(NULL, "set"), "The set {arg} is not enabled: its indicators are not checked yet.",
			   name);
	return NULL;
}

static enum tri *place_of(const struct indicator_set *s, enum tri answer[DIMENSIONS_MAX][INDICATORS_MAX], str code)
{
	for (size_t d = 0; d < s->n; d++)
		for (size_t i = 0; i < s->dimension[d].n; i++)
			if (str_eqz(code, s->dimension[d].indicator[i].code))
				return &answer[d][i];
	return NULL;
}

/* What is not answered is not known. */
static void read_answers(struct rule_in *r, const struct indicator_set *s,
			 enum tri answer[DIMENSIONS_MAX][INDICATORS_MAX])
{
	static const char *const words[] = {"no", "yes", "unknown"}; /* in the order of enum tri */
	const struct json *answers = strict_map(&r->s, NULL, r->in, "answers", true);
	const struct at *at = AT(NULL, "answers");

	for (size_t d = 0; d < DIMENSIONS_MAX; d++)
		for (size_t i = 0; i < INDICATORS_MAX; i++)
			answer[d][i] = TRI_UNKNOWN;
	JSON_EACH (v, answers) {
		const char *key = arena_z(r->a, v->key);
		enum tri *place = place_of(s, answer, v->key);
		int word = strict_code(&r->s, at, answers, key, words, 3, true);

		if (!place)
			strict_bad(&r->s, AT(at, key), "The indicator {arg} is unknown.", v->key);
		else if (word >= 0)
			*place = (enum tri)word;
	}
}

static struct json *bounds(struct rule_in *r, bool lower, bool upper)
{
	struct json *o = json_object(r->a);

	rule_set(r, o, "lower", json_new_bool(r->a, lower));
	rule_set(r, o, "upper", json_new_bool(r->a, upper));
	return o;
}

static struct err *screen_by_set(struct rule_in *r)
{
	enum tri answer[DIMENSIONS_MAX][INDICATORS_MAX];
	const char *decisive[DIMENSIONS_MAX * INDICATORS_MAX];
	struct json *dimensions = json_object(r->a), *list = json_array(r->a);
	const struct indicator_set *s;
	struct screen_result result;
	size_t n;

	TRY(load_set(r, &s));
	if (!s)
		return NULL;
	read_answers(r, s, answer);
	result = screen_judge(s, answer);
	n = screen_decisive(s, answer, decisive, sizeof decisive / sizeof *decisive);
	for (size_t d = 0; d < s->n; d++)
		rule_set(r, dimensions, s->dimension[d].code, bounds(r, result.lower[d], result.upper[d]));
	for (size_t i = 0; i < n; i++)
		json_push(list, json_new_str(r->a, str_of(decisive[i])));
	rule_set(r, r->out, "dimensions", dimensions);
	rule_set(r, r->out, "result", bounds(r, result.lower_all, result.upper_all));
	rule_set(r, r->out, "decisive", list);
	return NULL;
}

struct err *rule_screen(struct rule_in *r)
{
	static const char *const set_keys[] = {"set", "answers", NULL}, *const count_keys[] = {"strong", "medium",
											       "weak", NULL};
	enum { MOST = 100000 };
	int64_t n[3];

	if (json_get(r->in, "set")) {
		TRY(screen_by_set(r));
		rule_ignore(r, set_keys);
	} else {
		for (int i = 0; i < 3; i++)
			n[i] = strict_int(&r->s, NULL, r->in, count_keys[i], 0, MOST, STRICT_NEEDED);
		rule_set(r, r->out, "positive", json_new_bool(r->a, screen_positive(n[0], n[1], n[2])));
		rule_ignore(r, count_keys);
	}
	rule_set_z(r, r->out, "notice", "Indicator result, not a legal finding.");
	rule_set_z(r, r->out, "notice_fr", "Résultat d’indicateurs, pas une qualification juridique.");
	return NULL;
}

/* true, "YES", "DONE" · false, "NO" · "TODO" and nothing: not said · "NA": nothing to show. */
static enum answer3 said(struct rule_in *r, const char *key)
{
	static const struct {
		const char *code;
		enum answer3 answer;
	} words[] = {{"YES", SAID_YES}, {"DONE", SAID_YES},     {"NA", SAID_YES},
		     {"NO", SAID_NO},   {"TODO", SAID_NOTHING}, {"UNKNOWN", SAID_NOTHING}};
	const struct json *v = json_get(r->in, key);

	if (!v || v->type == JSON_NULL)
		return SAID_NOTHING;
	if (v->type == JSON_BOOL)
		return v->b ? SAID_YES : SAID_NO;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eqz(json_str(v), words[i].code))
			return words[i].answer;
	strict_bad(&r->s, AT(NULL, key), "The code {arg} is unknown.", json_str(v));
	return SAID_NOTHING;
}

/* Euros for one unit of the currency, up to six decimals: "0.0015244", or a number. */
static int64_t read_rate(struct rule_in *r)
{
	const struct json *v = json_get(r->in, "rate");
	int64_t whole = 0, part = 0, scale = RATE_SCALE;
	str text, decimals;
	bool ok;

	if (!v || v->type == JSON_NULL)
		return 0;
	text = v->type == JSON_STR    ? v->s
	       : v->type == JSON_REAL ? arena_fmt(r->a, "%.12g", v->d)
	       : v->type == JSON_INT  ? arena_fmt(r->a, "%lld", (long long)v->i)
				      : STR("?");
	decimals = text;
	text = str_split(&decimals, '.');
	ok = text.n && text.n < 7 && str_to_i64(text, &whole) && whole >= 0 && (!decimals.p || decimals.n) &&
	     decimals.n <= 12;
	for (size_t i = 0; ok && i < decimals.n; i++) {
		ok = decimals.p[i] >= '0' && decimals.p[i] <= '9';
		scale /= 10; /* 0 from the seventh decimal on: dropped */
		part += (decimals.p[i] - '0') * scale;
	}
	if (!ok || whole * RATE_SCALE + part <= 0)
		strict_bad(&r->s, AT(NULL, "rate"), "This must be a rate, as 0.001524.", (str){0});
	return whole * RATE_SCALE + part;
}

/* The first of two names that the object has. */
static const char *either(const struct json *o, const char *one, const char *other)
{
	return json_get(o, one) || !json_get(o, other) ? one : other;
}

static struct err *read_grant(struct rule_in *r, struct grant *g)
{
	const struct json *o = strict_map(&r->s, NULL, r->in, "grant", false);
	const struct at *at = AT(NULL, "grant");
	struct programme *p;

	TRY(rule_programme(r, &p));
	*g = (struct grant){
		.from = p->start, .to = p->end, .signed_on = NO_DAY, .paid_by = NO_DAY, .staff = -1, .direct = -1};
	if (!o)
		return NULL;
	if (json_get(o, "from") || json_get(o, "start"))
		g->from = strict_day(&r->s, at, o, either(o, "from", "start"), true);
	if (json_get(o, "to") || json_get(o, "end"))
		g->to = strict_day(&r->s, at, o, either(o, "to", "end"), true);
	g->signed_on = strict_day(&r->s, at, o, either(o, "signed", "signed_on"), false);
	g->paid_by = strict_day(&r->s, at, o, "paid_by", false);
	g->staff = strict_money(&r->s, at, o, "staff", -1);
	g->direct = strict_money(&r->s, at, o, "direct", -1);
	g->indirect_claimed = strict_money(&r->s, at, o, "indirect_claimed", 0);
	g->rate_permille = (int)strict_int(&r->s, at, o, "rate_percent", 0, 100, 0) * 10;
	g->specific_action = strict_bool(&r->s, at, o, "specific_action", false);
	if (g->to < g->from)
		strict_bad(&r->s, AT(at, "to"), "The end comes before the beginning.", (str){0});
	return NULL;
}

static void read_line(struct rule_in *r, struct cost_in *in)
{
	static const char *const posts[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I"};
	int post = strict_code(&r->s, NULL, r->in, "post", posts, 9, true);
	int nature = strict_code(&r->s, NULL, r->in, "nature", cost_natures, NATURES, false);
	str currency = strict_text(&r->s, NULL, r->in, "currency", false);

	in->post = post < 0 ? 'A' : (char)('A' + post);
	in->nature = nature < 0 ? NATURE_ORDINARY : (enum cost_nature)nature;
	in->invoiced = strict_day(&r->s, NULL, r->in, either(r->in, "invoiced", "invoice_date"), false);
	in->paid = strict_day(&r->s, NULL, r->in, either(r->in, "paid", "payment_date"), false);
	in->amount = strict_money(&r->s, NULL, r->in, "amount", MONEY_NEEDED);
	in->currency = currency.p ? currency : STR("EUR");
	in->rate = read_rate(r);
	in->exchange_loss = strict_money(&r->s, NULL, r->in, "exchange_loss", 0);
	in->recoverable_vat = strict_money(&r->s, NULL, r->in, "recoverable_vat", 0);
	in->share_percent = (int)strict_int(&r->s, NULL, r->in, "share_percent", 0, 100, 100);
	in->territory = strict_text(&r->s, NULL, r->in, "territory", false);
	if (in->territory.n && !geo_known(in->territory) && geo_french(in->territory) == GEO_UNREADABLE)
		strict_bad(&r->s, AT(NULL, "territory"),
			   "The country {arg} is unknown: two capital letters of ISO 3166-1.", in->territory);
	if (currency.p && (currency.n != 3 || code_files_index(r->codes, STR("CURRENCY"), currency) < 0))
		strict_bad(&r->s, AT(NULL, "currency"), "The code {arg} is unknown.", currency);
}

static void read_said(struct rule_in *r, struct cost_in *in)
{
	in->foreseen = said(r, "foreseen");
	in->proof = said(r, "proof");
	in->in_kind = said(r, "in_kind");
	in->other_eu_fund = said(r, "other_eu_fund");
	in->competition = said(r, "competition");
	in->timesheet = said(r, "timesheet");
	in->target_proof = said(r, "target_proof");
	in->share_justified = said(r, "share_justified");
	in->second_hand = said(r, "second_hand");
	in->second_hand_declared = said(r, "second_hand_declared");
	in->percent_fee = said(r, "percent_fee");
	in->is_equipment = said(r, "equipment");
}

/* As it was asked: a text for a text, a number for a number. */
static struct json *same_kind(struct rule_in *r, money m)
{
	const struct json *asked = json_get(r->in, "amount");
	struct json *v = json_new_int(r->a, m / 100);

	if (asked && asked->type == JSON_STR)
		return json_new_str(r->a, money_plain(r->a, m));
	if (m % 100) {
		v->type = JSON_REAL;
		v->d = (double)m / 100;
	}
	return v;
}

static struct json *put_finding(struct rule_in *r, const struct cost_finding *f)
{
	static const char *const effects[] = {"none", "check", "reduced", "refused"};
	struct json *o = json_object(r->a);

	rule_set_z(r, o, "rule", f->rule->code);
	rule_set_z(r, o, "article", f->rule->article);
	rule_set_z(r, o, "text", f->rule->text);
	rule_set_z(r, o, "text_fr", f->rule->text_fr);
	rule_set_z(r, o, "effect", effects[f->effect]);
	return o;
}

struct err *rule_cost(struct rule_in *r)
{
	static const char *const keys[] = {"post",
					   "nature",
					   "invoiced",
					   "invoice_date",
					   "paid",
					   "payment_date",
					   "amount",
					   "currency",
					   "rate",
					   "exchange_loss",
					   "recoverable_vat",
					   "share_percent",
					   "territory",
					   "foreseen",
					   "proof",
					   "in_kind",
					   "other_eu_fund",
					   "competition",
					   "timesheet",
					   "target_proof",
					   "share_justified",
					   "second_hand",
					   "second_hand_declared",
					   "percent_fee",
					   "equipment",
					   "grant",
					   NULL};
	struct json *findings = json_array(r->a);
	struct cost_in in = {0};
	struct cost_result result;

	TRY(read_grant(r, &in.grant));
	read_line(r, &in);
	read_said(r, &in);
	if (r->s.e)
		return NULL;
	result = cost_judge(&in);
	for (size_t i = 0; i < result.n; i++)
		json_push(findings, put_finding(r, &result.finding[i]));
	rule_set(r, r->out, "eligible_amount", same_kind(r, result.eligible));
	rule_set(r, r->out, "eligible_eur", json_new_str(r->a, money_plain(r->a, result.eligible)));
	rule_set(r, r->out, "findings", findings);
	rule_ignore(r, keys);
	return NULL;
}
