/* record.c — filed forms and drafts of a case: list, read, file. */
#include <stdlib.h>
#include <string.h>

#include "case_sql.h"
#include "facts.h"
#include "filing.h"
#include "kase.h"
#include "names.h"
#include "payment.h"
#include "rows.h"
#include "store.h"
#include "waiver.h"

static int newest_first(const void *x, const void *y)
{
	const struct record *a = x, *b = y;

	return a->turn > b->turn ? -1 : a->turn < b->turn;
}

static struct record record_of(const struct op *op, const struct records_of_row *row)
{
	return (struct record){
		.id = row->id,
		.form = form_find(op->house->forms, row->form, (int)row->form_version),
		.form_code = row->form,
		.version = (int)row->version,
		.dossier = (enum dossier)row->dossier,
		.author = row->author,
		.on = row->day,
		.turn = row->turn,
		.compartments = COMP_BIT((unsigned)row->compartment),
	};
}

struct err *record_list(struct op *op, const struct kase *k, struct record **out, size_t *n)
{
	struct records_of_row *rows;
	struct record *list;
	size_t count, at = 0;

	TRY(rows_of(op, k, &rows, &count));
	list = NEWS(op->a, struct record, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct record *last = at ? &list[at - 1] : NULL;

		if (!last || !id_eq(last->id.v, rows[i].id.v))
			list[at++] = record_of(op, &rows[i]);
		else if (rows[i].version == last->version) /* another compartment; else an older version */
			last->compartments |= COMP_BIT((unsigned)rows[i].compartment);
	}
	qsort(list, at, sizeof *list, newest_first);
	*out = list;
	*n = at;
	return NULL;
}

/* The version's own row decides who wrote it; a compartment that it left as it was stands in an older one. */
struct err *record_find(struct op *op, const struct kase *k, record_id id, int version, struct record *out)
{
	struct records_of_row *rows;
	bool found = false;
	size_t n;

	TRY(rows_of(op, k, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!id_eq(rows[i].id.v, id.v) || (version && rows[i].version > version))
			continue;
		if (!found && version && rows[i].version != version)
			break;
		if (!found)
			*out = record_of(op, &rows[i]);
		out->compartments |= COMP_BIT((unsigned)rows[i].compartment);
		found = true;
	}
	return found ? NULL : FAIL(op->a, NOT_FOUND, NULL, "record absent");
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
static struct err *open_part(struct op *op, const struct kase *k, const struct row_clear *r, bool draft, str sealed,
			     struct json **part)
{
	const struct key *key = case_key_of(k, r->dossier, r->compartment);
	struct seal_at at = seal_row_at(op->house, r, draft);
	str plain;

	if (!key)
		return NULL;
	TRY(crypt_open(op->a, key, &at, sealed, &plain));
	return json_parse(op->a, plain, part);
}

static str sealed_of(const struct record_parts_row *parts, size_t n, const struct records_of_row *row)
{
	for (size_t i = 0; i < n; i++)
		if (parts[i].compartment == row->compartment && parts[i].version == row->version)
			return parts[i].sealed;
	return (str){0};
}

/* Each compartment's newest part up to a version. */
static struct err *open_parts(struct op *op, const struct kase *k, const struct record *r,
			      struct json *parts[COMPARTMENTS])
{
	struct record_parts_row *sealed;
	struct records_of_row *rows;
	uint32_t done = 0;
	size_t n, m;

	TRY(rows_of(op, k, &rows, &n));
	TRY(record_parts(op->db, op->a, k->head.id, r->id, r->version, &sealed, &m));
	for (size_t i = 0; i < n; i++) {
		struct row_clear clear = row_clear_of(k->head.id, &rows[i]);

		if (!id_eq(clear.id.v, r->id.v) || clear.version > r->version || (done & COMP_BIT(clear.compartment)))
			continue;
		done |= COMP_BIT(clear.compartment);
		TRY(open_part(op, k, &clear, false, sealed_of(sealed, m, &rows[i]), &parts[clear.compartment]));
	}
	return NULL;
}

struct err *record_read(struct op *op, const struct kase *k, const struct record *r, struct json **answers,
			uint32_t *readable)
{
	struct json *parts[COMPARTMENTS] = {0};

	*readable = k->readable[r->dossier];
	TRY(open_parts(op, k, r, parts));
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
	TRY(names_write(op, tx, w->k, w->names));
	return draft_drop(tx, op->a, w->k->head.id, w->id, op->actor.id, NULL);
}

static bool same_answers(struct op *op, const struct kase *k, record_id id, int version, const struct json *answers)
{
	struct record r;
	struct json *stored;
	uint32_t readable;

	rows_forget(k);
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

/* On the head as it is now. */
static struct err *file_once(struct op *op, struct kase *k, struct filing *w, const struct json *was)
{
	struct change change = {.k = k, .also = file_tx, .arg = w};

	TRY(store_head(op, k));
	if (!k->bare) {
		TRY(kase_use_allowed(op, &k->head, w->f));
		TRY(rule_of(op, k, w));
		TRY(facts_apply(op, &k->head, w->f, w->answers, was));
		names_mark(&k->head, w->names);
		if (k->head.fact[FACT_legal_hold] == 1 && form_no_find(w->f->code) == FORM_CLO)
			TRY(vault_hold(op->vault, op->a, op->token, k->head.id)); /* first: rather too much is kept */
	}
	TRY(store_record(op, &change, w->f, w->id, w->version, w->answers, w->reason));
	return store_change(op, &change);
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
	for (int attempt = 0;;) {
		struct err *e = file_once(op, k, &w, was);

		if (!e)
			names_tell(op, k, w.names);
		if (e && w.outrun && same_answers(op, k, id, w.version, answers))
			return NULL; /* the same submit, twice at once */
		/* Someone filed another form of the case meanwhile: only the head moved; try on the new one. */
		if (!e || e->kind != ERR_CONFLICT || w.outrun)
			return e;
		if (!store_again(e, &attempt)) /* no conflict of versions: nobody wrote this form */
			return FAIL(
				op->a, UNAVAILABLE,
				"Too many changes of this file are under way. Nothing was saved. Please try again in a "
				"moment.",
				"%.*s", STR_ARG(e->detail));
	}
}

struct err *act_file(struct op *op, struct kase *k, const char *kind, enum compartment c, struct json *what,
		     void (*alter)(struct head *, void *), void *arg)
{
	for (int attempt = 0;;) {
		struct change change = {.k = k};
		struct err *e;

		TRY(store_head(op, k));
		if (alter)
			alter(&k->head, arg);
		TRY(store_part(op, &change, str_of(kind), 1, case_key_of(k, DOSSIER_FR, c) ? DOSSIER_FR : DOSSIER_COR,
			       c, (record_id){id_random()}, 1, what));
		e = store_change(op, &change);
		if (!store_again(e, &attempt))
			return e; /* else someone filed a form of the case meanwhile */
	}
}

static struct row_clear draft_row(case_id object, record_id id, enum dossier d, int64_t c, str form,
				  int64_t form_version, user_id author, day on, int64_t version)
{
	return (struct row_clear){.object = object,
				  .id = id,
				  .dossier = d,
				  .compartment = (enum compartment)c,
				  .version = (int)version,
				  .form = form,
				  .form_version = (int)form_version,
				  .author = author,
				  .on = on};
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
		struct row_clear clear = draft_row(k->head.id, id, f->dossier, c, f->code, f->version, op->actor.id,
						   op->today, based_on);
		struct seal_at at = seal_row_at(op->house, &clear, true);
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
		struct row_clear clear = draft_row(k->head.id, id, f->dossier, rows[i].compartment, f->code,
						   rows[i].form_version, op->actor.id, rows[i].day, rows[i].version);

		if (rows[i].compartment < 0 || rows[i].compartment >= COMPARTMENTS)
			return FAIL(op->a, INTERNAL, NULL, "draft of compartment %lld", (long long)rows[i].compartment);
		TRY(open_part(op, k, &clear, true, rows[i].sealed, &parts[clear.compartment]));
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
