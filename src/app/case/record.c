/* record.c — filed forms and drafts of a case: list, read, file. */
#include <stdlib.h>
#include <string.h>

#include "case_sql.h"
#include "facts.h"
#include "filing.h"
#include "kase.h"
#include "names.h"
#include "payment.h"
#include "seal.h"
#include "store.h"
#include "waiver.h"

#define ATTEMPTS 9 /* at a head that others change at the same time */

static int newest_first(const void *x, const void *y)
{
	const struct record *a = x, *b = y;

	return a->turn > b->turn ? -1 : a->turn < b->turn;
}

/* Numbers from the database are used as places in tables here. */
static struct err *good_place(struct op *op, int64_t dossier, int64_t compartment)
{
	if (dossier < 0 || dossier >= DOSSIERS || compartment < 0 || compartment >= COMPARTMENTS)
		return FAIL(op->a, INTERNAL, NULL, "record of compartment %lld, side %lld", (long long)compartment,
			    (long long)dossier);
	return NULL;
}

struct err *record_list(struct op *op, const struct kase *k, struct record **out, size_t *n)
{
	struct records_of_row *rows;
	struct record *list;
	size_t count, at = 0;

	TRY(records_of(op->db, op->a, k->head.id, &rows, &count));
	list = NEWS(op->a, struct record, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct record *last = at ? &list[at - 1] : NULL;

		TRY(good_place(op, rows[i].dossier, rows[i].compartment));
		if (last && id_eq(last->id.v, rows[i].id.v)) { /* another compartment, or an older version */
			if (rows[i].version == last->version)
				last->compartments |= COMP_BIT((unsigned)rows[i].compartment);
			continue;
		}
		list[at++] = (struct record){
			.id = rows[i].id,
			.form = form_find(op->house->forms, rows[i].form, (int)rows[i].form_version),
			.form_code = rows[i].form,
			.version = (int)rows[i].version,
			.dossier = (enum dossier)rows[i].dossier,
			.author = rows[i].author,
			.on = rows[i].day,
			.turn = rows[i].turn,
			.compartments = COMP_BIT((unsigned)rows[i].compartment),
		};
	}
	qsort(list, at, sizeof *list, newest_first);
	*out = list;
	*n = at;
	return NULL;
}

struct err *record_find(struct op *op, const struct kase *k, record_id id, int version, struct record *out)
{
	struct record_version_row *rows;
	struct record_parts_row *parts;
	size_t n;

	if (version == 0) {
		TRY(record_version(op->db, op->a, k->head.id, id, &rows, &n));
		if (n == 0)
			return FAIL(op->a, NOT_FOUND, NULL, "record absent");
		version = (int)rows[0].version;
	}
	TRY(record_parts(op->db, op->a, k->head.id, id, version, &parts, &n));
	if (n == 0 || parts[0].version != version)
		return FAIL(op->a, NOT_FOUND, NULL, "record absent");
	*out = (struct record){
		.id = id,
		.form = form_find(op->house->forms, parts[0].form, (int)parts[0].form_version),
		.form_code = parts[0].form,
		.version = version,
		.dossier = (enum dossier)parts[0].dossier,
		.author = parts[0].author,
		.on = parts[0].day,
	};
	for (size_t i = 0; i < n; i++)
		TRY(good_place(op, parts[i].dossier, parts[i].compartment));
	for (size_t i = 0; i < n; i++)
		out->compartments |= COMP_BIT((unsigned)parts[i].compartment);
	return NULL;
}

struct err *record_last(struct op *op, const struct kase *k, const char *form, struct record *out, bool *found)
{
	struct record *list;
	size_t n;

	*found = false;
	TRY(record_list(op, k, &list, &n));
	for (size_t i = 0; i < n && !*found; i++) {
		if (!str_eqz(list[i].form_code, form))
			continue;
		*out = list[i];
		*found = true;
	}
	return NULL;
}

/* Opens one sealed part; a compartment without key is skipped, so *part stays NULL. */
static struct err *open_part(struct op *op, const struct kase *k, record_id id, enum dossier d, enum compartment c,
			     int version, bool draft, str sealed, struct json **part)
{
	struct seal_at at = seal_record_at(op, k->head.id, id, d, c, version, draft);
	const struct key *key = case_key_of(k, d, c);
	str plain;

	if (!key)
		return NULL;
	TRY(crypt_open(op->a, key, &at, sealed, &plain));
	return json_parse(op->a, plain, part);
}

struct err *record_read(struct op *op, const struct kase *k, const struct record *r, struct json **answers,
			uint32_t *readable)
{
	struct json *parts[COMPARTMENTS] = {0};
	struct record_parts_row *rows;
	size_t n;

	*readable = k->readable[r->dossier];
	TRY(record_parts(op->db, op->a, k->head.id, r->id, r->version, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(good_place(op, r->dossier, rows[i].compartment));
		if (!parts[rows[i].compartment])
			TRY(open_part(op, k, r->id, r->dossier, (enum compartment)rows[i].compartment,
				      (int)rows[i].version, false, rows[i].sealed, &parts[rows[i].compartment]));
	}
	if (r->form) {
		*answers = form_join(op->a, r->form, parts);
		for (int c = 0; c < COMPARTMENTS; c++)
			if (parts[c] && json_text(parts[c], "_reason").n)
				json_set(op->a, *answers, STR("_reason"), json_get(parts[c], "_reason"));
		return NULL;
	}
	*answers = json_object(op->a);
	for (int c = 0; c < COMPARTMENTS; c++)
		if (parts[c])
			*answers = parts[c];
	return NULL;
}

struct err *record_all(struct op *op, const struct kase *k, const char *form, struct filled **out, size_t *n)
{
	struct record *list;
	struct filled *all;
	uint32_t readable;
	size_t count;

	TRY(record_list(op, k, &list, &count));
	all = NEWS(op->a, struct filled, count + 1);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		if (!list[i].form || !str_eqz(list[i].form_code, form))
			continue;
		TRY(record_read(op, k, &list[i], &all[*n].answers, &readable));
		all[(*n)++].r = list[i];
	}
	*out = all;
	return NULL;
}

struct filing {
	const struct kase *k;
	const struct form *f;
	record_id id;
	int version;
	struct json *answers;
	str reason;
	struct name_rows *names; /* of a referral; else NULL */
	bool outrun;             /* someone filed a newer version of this record */
};

/* A form kept once per case has one record, whoever found the form empty and was second to file it. */
static struct err *check_once(struct op *op, struct db *tx, struct filing *w)
{
	struct record_of_form_row row;
	bool found;

	if (!w->f->once)
		return NULL;
	TRY(record_of_form(tx, op->a, w->k->head.id, w->f->code, &row, &found));
	w->outrun = found && !id_eq(row.id.v, w->id.v);
	if (w->outrun)
		return FAIL(op->a, CONFLICT, NULL, "form filed meanwhile");
	return NULL;
}

/* Inside the transaction: the newest version is still the one this is based on, and of the same form. */
static struct err *file_tx(struct op *op, struct db *tx, void *arg)
{
	struct filing *w = arg;
	struct record_version_row *rows;
	size_t n;

	TRY(check_once(op, tx, w));
	TRY(record_version(tx, op->a, w->k->head.id, w->id, &rows, &n));
	if (n && !str_eq(rows[0].form, w->f->code))
		return FAIL(op->a, MALFORMED, NULL, "record is of another form");
	w->outrun = (n ? (int)rows[0].version : 0) != w->version - 1;
	if (w->outrun)
		return FAIL(op->a, CONFLICT, NULL, "record changed meanwhile");
	TRY(store_record(op, tx, w->k, w->f, w->id, w->version, w->answers, w->reason));
	TRY(names_write(op, tx, w->k, w->names));
	return draft_drop(tx, op->a, w->k->head.id, w->id, op->actor.id, NULL);
}

static bool same_answers(struct op *op, const struct kase *k, record_id id, int version, const struct json *answers)
{
	struct record r;
	struct json *stored;
	uint32_t readable;

	if (record_find(op, k, id, version, &r) || record_read(op, k, &r, &stored, &readable))
		return false;
	json_remove(stored, STR("_reason"));
	return json_equal(stored, answers);
}

void reason_check(struct arena *a, int based_on, str reason, struct err **errors)
{
	if (based_on > 0 && !reason.n)
		err_field(a, errors, STR("reason"), "Say why this form is corrected.", STR(""));
	if (str_utf8_len(reason) > REASON_MAX)
		err_field(a, errors, STR("reason"),
			  "This text is too long: at most {arg} characters can be kept. Please shorten it.",
			  arena_fmt(a, "%d", REASON_MAX));
}

static struct err *may_fill(struct op *op, const struct form *f)
{
	if (!form_filled_by(f, op->actor.role))
		return FAIL(op->a, DENIED, "Your role does not fill this form.", "role may not write the form");
	return NULL;
}

/* Forms whose filing depends on what else the file holds, and on who filed it.  Asked with the head as it is now:
 * store_change refuses when another form of the case came between. */
static struct err *rule_of(struct op *op, const struct kase *k, const struct filing *w)
{
	static const struct {
		enum form_no form;
		struct err *(*rule)(struct op *, const struct kase *, const struct form *, int, const struct json *);
	} ruled[] = {{FORM_PAY, payment_rule},        {FORM_PAYA, payment_rule}, {FORM_REC, payment_rule},
		     {FORM_WAIV, waiver_rule},        {FORM_WAIA, waiver_rule},  {FORM_F02R, second_reader_rule},
		     {FORM_F05R, second_reader_rule}, {FORM_F09, journey_rule},  {FORM_F11, journey_rule}};

	for (size_t i = 0; i < sizeof ruled / sizeof *ruled; i++)
		if (form_no_find(w->f->code) == ruled[i].form)
			return ruled[i].rule(op, k, w->f, w->version - 1, w->answers);
	return NULL;
}

struct err *record_before(struct op *op, const struct kase *k, record_id id, int based_on, struct json **was)
{
	struct record r;
	uint32_t readable;

	*was = NULL;
	if (based_on == 0)
		return NULL;
	TRY(record_find(op, k, id, based_on, &r));
	return record_read(op, k, &r, was, &readable);
}

struct err *record_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason)
{
	struct filing w = {.k = k, .f = f, .id = id, .version = based_on + 1, .answers = answers, .reason = reason};
	struct json *was;

	TRY(may_fill(op, f));
	if (same_answers(op, k, id, w.version, answers))
		return NULL; /* the same submit, twice */
	TRY(record_before(op, k, id, based_on, &was));
	if (str_eqz(f->code, "F01"))
		TRY(names_seal(op, k, answers, &w.names));
	for (int attempt = 0;; attempt++) {
		struct err *e;

		TRY(store_head(op, k));
		TRY(rule_of(op, k, &w));
		TRY(facts_apply(op, &k->head, f, answers, was));
		if (k->head.fact[FACT_legal_hold] == 1 && form_no_find(f->code) == FORM_CLO)
			TRY(vault_hold(op->vault, op->a, op->token,
				       k->head.id)); /* first: too much is kept, never too little */
		e = store_change(op, k, file_tx, &w);
		if (!e)
			names_tell(op, k, w.names);
		if (e && w.outrun && same_answers(op, k, id, w.version, answers))
			return NULL; /* the same submit, twice at once */
		/* Someone filed another form of the case meanwhile: only the head moved; try on the new one. */
		if (!e || e->kind != ERR_CONFLICT || w.outrun || attempt == ATTEMPTS)
			return e;
	}
}

struct err *record_file_headless(struct op *op, const struct kase *k, const struct form *f, record_id id, int based_on,
				 struct json *answers, str reason)
{
	struct filing w = {.k = k, .f = f, .id = id, .version = based_on + 1, .answers = answers, .reason = reason};
	struct db *tx;
	struct err *e;

	TRY(may_fill(op, f));
	if (same_answers(op, k, id, w.version, answers))
		return NULL;
	TRY(db_begin(op->house->pool, op->db, op->a, &tx));
	e = file_tx(op, tx, &w);
	if (!e)
		return db_commit(tx, op->a);
	db_rollback(tx);
	return w.outrun && same_answers(op, k, id, w.version, answers) ? NULL : e;
}

struct acting {
	struct kase *k;
	const char *kind;
	enum compartment c;
	struct json *what;
};

static struct err *act_tx(struct op *op, struct db *tx, void *arg)
{
	struct acting *w = arg;
	enum dossier d = case_key_of(w->k, DOSSIER_FR, w->c) ? DOSSIER_FR : DOSSIER_COR;

	return store_part(op, tx, w->k, str_of(w->kind), 1, d, w->c, (record_id){id_random()}, 1, w->what);
}

struct err *act_file(struct op *op, struct kase *k, const char *kind, enum compartment c, struct json *what,
		     void (*change)(struct head *, void *), void *arg)
{
	struct acting w = {k, kind, c, what};

	for (int attempt = 0;; attempt++) {
		struct err *e;

		TRY(store_head(op, k));
		if (change)
			change(&k->head, arg);
		e = store_change(op, k, act_tx, &w);
		if (!e || e->kind != ERR_CONFLICT || attempt == ATTEMPTS)
			return e; /* else someone filed a form of the case meanwhile: again, on the new head */
	}
}

struct err *draft_save(struct op *op, const struct kase *k, const struct form *f, record_id id, int based_on,
		       const struct json *answers)
{
	struct json *parts[COMPARTMENTS] = {0};
	struct err *e = NULL;
	struct db *tx;

	form_split(op->a, f, answers, parts);
	TRY(db_begin(op->house->pool, op->db, op->a, &tx));
	for (int c = 0; c < COMPARTMENTS && !e; c++) {
		struct seal_at at = seal_record_at(op, k->head.id, id, f->dossier, (enum compartment)c, based_on, true);
		const struct key *key = case_key_of(k, f->dossier, (enum compartment)c);
		str sealed;

		if (!parts[c] || !key)
			continue;
		e = seal_answers(op->a, key, &at, parts[c], &sealed);
		if (!e)
			e = draft_put(tx, op->a, k->head.id, id, c, f->dossier, f->code, f->version, op->actor.id,
				      op->today, based_on, sealed, NULL);
	}
	if (!e)
		return db_commit(tx, op->a);
	db_rollback(tx);
	return e;
}

struct err *draft_read(struct op *op, const struct kase *k, const struct form *f, record_id id, struct json **answers,
		       int *based_on, bool *found)
{
	struct json *parts[COMPARTMENTS] = {0};
	struct draft_parts_row *rows;
	size_t n;

	TRY(draft_parts(op->db, op->a, k->head.id, id, op->actor.id, &rows, &n));
	*found = n > 0 && str_eq(rows[0].form, f->code);
	if (!*found)
		return NULL;
	*based_on = (int)rows[0].version;
	for (size_t i = 0; i < n; i++) {
		TRY(good_place(op, rows[i].dossier, rows[i].compartment));
		TRY(open_part(op, k, id, (enum dossier)rows[i].dossier, (enum compartment)rows[i].compartment,
			      (int)rows[i].version, true, rows[i].sealed, &parts[rows[i].compartment]));
	}
	*answers = form_join(op->a, f, parts);
	return NULL;
}

struct err *draft_list(struct op *op, const struct kase *k, struct draft **out, size_t *n)
{
	struct drafts_of_row *rows;
	struct draft *list;
	size_t count;

	*n = 0;
	TRY(drafts_of(op->db, op->a, k->head.id, op->actor.id, &rows, &count));
	list = NEWS(op->a, struct draft, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (*n && id_eq(list[*n - 1].id.v, rows[i].id.v))
			continue;
		list[(*n)++] = (struct draft){rows[i].id, rows[i].form, rows[i].day, (int)rows[i].version};
	}
	*out = list;
	return NULL;
}
