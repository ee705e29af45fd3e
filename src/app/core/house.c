/* house.c — building the house: embedded forms and programme, the store, heads in memory. */
#include "house.h"

#include <pthread.h>
#include <string.h>

#include "access.h"
#include "case_sql.h"
#include "core_sql.h"
#include "rivage_data.h"
#include "retention.h"
#include "rss.h"
#include "heads.h"
#include "log.h"
#include "names.h"
#include "schema_files.h"
#include "seal.h"
#include "store.h"

static size_t sources(struct arena *a, const char *folder, struct form_source **out)
{
	struct form_source *list = NEWS(a, struct form_source, rivage_data.n);
	size_t n = 0;

	for (size_t i = 0; i < rivage_data.n; i++)
		if (str_starts(str_of(rivage_data.files[i].path), str_of(folder)))
			list[n++] = (struct form_source){rivage_data.files[i].path, rivage_data.files[i].data};
	*out = list;
	return n;
}

struct err *house_forms(struct arena *a, struct forms **out)
{
	struct form_source *codes, *forms;
	size_t n_codes = sources(a, "data/codes/", &codes), n_forms = sources(a, "forms/", &forms);
	const char **heads = NEWS(a, const char *, FACTS + 1);

	for (int f = 0; f < FACTS; f++)
		heads[f] = fact_rows[f].name;
	return forms_load(a, codes, n_codes, forms, n_forms, heads, out);
}

static const struct field *asks_for(const struct form *f, str fact)
{
	for (size_t s = 0; s < f->n_sections; s++)
		for (size_t i = 0; i < f->sections[s].n_fields; i++)
			if (str_eq(f->sections[s].fields[i].head, fact))
				return &f->sections[s].fields[i];
	return NULL;
}

/* What pages need of the forms again and again: the question behind each fact, the inputs of a note and a contact. */
static void prepare_forms(struct house *h)
{
	static const char *const at_hand[] = {"NOTE", "CONT", "NOTEC", "CONTC"};

	for (int f = 0; f < FACTS; f++)
		for (size_t i = 0; i < h->forms->n && !h->asks[f]; i++)
			h->asks[f] = asks_for(&h->forms->forms[i], str_of(fact_rows[f].name));
	for (size_t i = 0; i < sizeof at_hand / sizeof *at_hand; i++)
		form_keep_blank(h->a, h->forms, str_of(at_hand[i]));
}

static int position(void *arg, str list, str code)
{
	const struct code_list *l = list_find(arg, list);

	return l ? code_index(l, code) : -1;
}

static struct err *load_programme(struct house *h)
{
	const struct embed_file *f = embed_find(&rivage_data, STR("programmes/care-plus.json"));

	if (!f)
		BUG("no programme is embedded");
	return programme_load(h->a, f->path, f->data, &(struct code_resolver){position, h->forms}, &h->programme);
}

static struct err *load_rss(struct house *h)
{
	const struct embed_file *f = embed_find(&rivage_data, STR("data/rss.json"));

	if (!f)
		BUG("data/rss.json is not embedded");
	return rss_load(h->a, f->path, f->data, &h->rss);
}

static struct err *keep_as(struct house *h, const struct form *f, str code)
{
	int at = retention_find(h->retention, code);
	enum form_no no = form_no_find(f->code);

	if (at < 0)
		return FAIL(h->a, CONFIG, "The forms have errors.", "form %.*s: no rule says how long “%.*s” is kept",
			    STR_ARG(f->code), STR_ARG(code));
	if (no < FORMS)
		h->kept_as[no] |= 1u << at;
	return NULL;
}

/* How long, and that every question falls under a rule. */
static struct err *load_retention(struct house *h)
{
	const struct embed_file *file = embed_find(&rivage_data, STR("data/retention.json"));

	if (!file)
		BUG("data/retention.json is not embedded");
	TRY(retention_load(h->a, file->path, file->data, h->programme->retention_months, h->programme->end,
			   &h->retention));
	for (size_t i = 0; i < h->forms->n; i++) {
		const struct form *f = &h->forms->forms[i];

		TRY(keep_as(h, f, f->retention));
		for (size_t s = 0; s < f->n_sections; s++)
			for (size_t k = 0; k < f->sections[s].n_fields; k++)
				TRY(keep_as(h, f, f->sections[s].fields[k].retention));
	}
	return NULL;
}

struct err *house_open(struct arena *a, const struct house_config *c, struct house **out)
{
	struct house *h = NEW(a, struct house);
	str url = c->database;
	int applied;

	*h = (struct house){.a = a, .demo = c->demo, .clock_file = c->clock_file, .cost = c->cost, .finish = c->finish};
	TRY(i18n_start(a));
	TRY(house_forms(h->a, &h->forms));
	prepare_forms(h);
	TRY(load_programme(h));
	TRY(load_rss(h));
	TRY(load_retention(h));
	if (!url.n)
		url = arena_fmt(a, "sqlite:%.*s/rivage.db", STR_ARG(c->data));
	TRY(db_pool_open(a, url, &h->pool));
	TRY(db_migrate(h->pool, a, &schema_files, &applied));
	if (applied)
		log_info("applied %d migration(s)", applied);
	h->heads = heads_create();
	h->names = names_create();
	*out = h;
	return NULL;
}

void house_close(struct house *h)
{
	heads_destroy(h->heads);
	names_destroy(h->names);
	staff_close(h);
	db_pool_close(h->pool);
	crypt_wipe(&h->keys, sizeof h->keys);
}

/* All heads, judged by the vault in parts: an old one, or one that does not open, is left out and told of. */
struct following {
	struct op op;
	struct arena *part;
	struct head_seen seen[HEADS_LISTED];
	struct head *head[HEADS_LISTED]; /* NULL: it does not open; of a bare object: nothing to open */
	int64_t seq[HEADS_LISTED];
	size_t n, wrong;
	bool first;
};

static struct err *judge_part(struct following *f)
{
	enum head_found found[HEADS_LISTED];

	TRY(vault_heads_check(f->op.vault, f->part, f->first, f->seen, f->n, found));
	f->first = false;
	f->op.a = f->part;
	for (size_t i = 0; i < f->n; i++) {
		if (found[i] == HEAD_GOOD && f->head[i])
			publish(&f->op, f->head[i], f->seq[i]);
		f->wrong += found[i] == HEAD_WRONG;
	}
	f->n = 0;
	arena_reset(f->part);
	return NULL;
}

static struct err *follow_row(const struct kase_since_row *row, void *arg)
{
	struct following *f = arg;
	struct head_seen *seen = &f->seen[f->n];
	struct head *h = NEW(f->part, struct head);
	struct err *e = open_head(f->part, f->op.house, row->id, row->version, row->head, h);

	seen->object = row->id;
	crypt_sha256(row->head, seen->digest);
	if (e && e->kind == ERR_CONFIG) /* nobody changed it: it was written by another version of the program */
		return e;
	if (e) {
		h = NULL;
		memset(seen->digest, 0, sizeof seen->digest);
	}
	f->head[f->n] = h;
	f->seq[f->n++] = row->seq;
	return f->n == HEADS_LISTED ? judge_part(f) : NULL;
}

static struct err *follow_tally(const struct tallies_row *row, void *arg)
{
	struct following *f = arg;
	struct head_seen *seen = &f->seen[f->n];

	seen->object = row->object;
	crypt_sha256(row->sealed, seen->digest);
	f->head[f->n++] = NULL;
	return f->n == HEADS_LISTED ? judge_part(f) : NULL;
}

static struct err *load_heads(struct house *h, struct db *reader, struct vault *v, struct arena *a, msec real_now)
{
	struct following *f = NEW(a, struct following);
	uint64_t missing = 0;
	struct err *e;

	f->op = (struct op){.house = h, .db = reader, .vault = v};
	f->part = arena_create(16u << 20);
	f->first = true;
	op_clock(&f->op, real_now);
	e = kase_since(reader, a, heads_seq(h->heads), follow_row, f);
	if (!e)
		e = tallies(reader, a, follow_tally, f);
	if (!e)
		e = judge_part(f);
	if (e)
		e = err_make(a, e->kind, e->where, e->message, "the heads cannot be read: %.*s", STR_ARG(e->detail));
	if (!e)
		e = vault_heads_missing(v, a, &missing);
	arena_destroy(f->part);
	if (f->wrong || missing)
		log_error(
			"the database was changed or put back by someone else: %zu heads are refused, %llu are missing",
			f->wrong, (unsigned long long)missing);
	h->refused_heads = f->wrong + missing;
	return e;
}

static struct err *finish_acts(struct house *h, struct db *reader, struct vault *v, struct arena *a, msec real_now)
{
	struct op op = {.a = a, .house = h, .db = reader, .vault = v};

	op_clock(&op, real_now);
	return h->finish(&op);
}

/* A moved clock never runs behind what is recorded (design §10.11). */
static void forward_clock(struct house *h, msec real_now)
{
	day last = heads_last_day(h->heads);

	if (h->clock_shift && last != NO_DAY && last * DAY_MS > real_now + h->clock_shift)
		h->clock_shift = last * DAY_MS - real_now;
}

static struct err *load_decoys(struct house *h, struct vault *v, struct arena *a)
{
	case_id *list;
	size_t n;

	TRY(vault_decoys(v, a, &list, &n));
	for (size_t i = 0; i < n; i++)
		heads_decoy(h->heads, list[i]);
	return NULL;
}

struct err *house_unseal(struct house *h, struct db *reader, struct vault *v, struct arena *a, msec real_now)
{
	static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
	struct err *e = NULL;

	if (__atomic_load_n(&h->unsealed, __ATOMIC_ACQUIRE))
		return NULL;
	pthread_mutex_lock(&once);
	if (!h->unsealed) {
		e = vault_web_keys(v, a, &h->keys);
		if (!e)
			e = load_heads(h, reader, v, a, real_now);
		if (!e)
			e = load_decoys(h, v, a);
		if (!e)
			forward_clock(h, real_now);
		if (!e && h->finish)
			e = finish_acts(h, reader, v, a, real_now);
		if (!e)
			__atomic_store_n(&h->unsealed, true, __ATOMIC_RELEASE);
	}
	pthread_mutex_unlock(&once);
	return e;
}
