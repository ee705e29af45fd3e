/* cases.c — keys of cases: made, opened, wrapped for one more office.
 *
 *   case key → under the group's symmetric key (or sealed to its public key) → under the vault's keyring
 *   key handed out = BLAKE2b(case key; "eff1", shred key of the object)
 *
 * So neither the database with a password, nor the vault's files alone, nor a backup of both once the shred key
 * is gone, opens a case.  What may be opened is decided here, by role, office and assignment. */
#include "core.h"

#include <string.h>

#define CASE_COMPARTMENTS (COMP_BIT(COMP_STAFF) - 1)
enum form { FORM_SYM = 1, FORM_BOX }; /* first byte of what is inside the server's layer */

static struct seal_at wrap_place(const struct vaultd *v, enum seal_table t, const struct st_group *g, case_id object,
				 enum dossier d)
{
	return (struct seal_at){.tenant = v->keys->tenant,
				.table = t,
				.row = g->id.v,
				.object = object.v,
				.compartment = g->kind,
				.dossier = (uint8_t)d,
				.keygen = g->gen};
}

/* With the group's keys (a member writes) or without (intake, and offices the writer is not of). */
static struct err *wrap_key(struct vaultd *v, struct ask *k, const struct st_group *g, const struct group_keys *keys,
			    case_id object, enum dossier d, const struct key *dek, struct wrap *out)
{
	struct seal_at group = wrap_place(v, SEAL_WRAP_GROUP, g, object, d);
	struct seal_at server = wrap_place(v, SEAL_WRAP_SERVER, g, object, d);
	str inner, secret = {(const char *)dek->b, sizeof dek->b};

	if (keys)
		TRY(crypt_wrap(k->a, &keys->sym, &group, secret, &inner));
	else
		inner = crypt_box_seal(k->a, g->pk, secret);
	inner = arena_join(k->a, (str[]){keys ? STR("\x01") : STR("\x02"), inner}, 2, STR(""));
	*out = (struct wrap){.dossier = d, .compartment = g->kind, .gen = g->gen};
	memcpy(out->office, g->office, sizeof out->office);
	return crypt_wrap(k->a, &v->keys->wrap, &server, inner, &out->sealed);
}

static struct err *unwrap_key(struct vaultd *v, struct ask *k, const struct st_group *g, const struct group_keys *keys,
			      case_id object, const struct wrap *w, struct key *dek)
{
	struct seal_at group = wrap_place(v, SEAL_WRAP_GROUP, g, object, w->dossier);
	struct seal_at server = wrap_place(v, SEAL_WRAP_SERVER, g, object, w->dossier);
	struct box_pair pair;
	str inner, plain = STR("");

	TRY(crypt_unwrap(k->a, &v->keys->wrap, &server, w->sealed, &inner));
	if (inner.n && inner.p[0] == FORM_SYM)
		TRY(crypt_unwrap(k->a, &keys->sym, &group, str_sub(inner, 1, inner.n), &plain));
	if (inner.n && inner.p[0] == FORM_BOX) {
		memcpy(pair.pk, g->pk, sizeof pair.pk);
		pair.sk = keys->sk;
		TRY(crypt_box_open(k->a, &pair, str_sub(inner, 1, inner.n), &plain));
		crypt_wipe(&pair, sizeof pair);
	}
	if (plain.n != sizeof dek->b)
		return FAIL(k->a, INTERNAL, NULL, "sealed value does not open");
	memcpy(dek->b, plain.p, sizeof dek->b);
	return NULL;
}

static struct key effective(const struct key *shred, const struct key *dek)
{
	return crypt_derive(dek, "eff1", (str){(const char *)shred->b, sizeof shred->b});
}

static struct err *shred_needed(struct vaultd *v, struct ask *k, case_id object, struct key *out)
{
	const struct key *shred = shred_of(&v->shred, object);

	if (!shred)
		return FAIL(k->a, UNAVAILABLE, NULL,
			    "no shred key of an object: restore the newest copy of the key ring");
	*out = *shred;
	return NULL;
}

static uint32_t noted(enum dossier d, enum compartment c)
{
	return COMP_BIT(c) << (d == DOSSIER_COR ? 16 : 0);
}

struct new_ask {
	case_id object;
	enum dossier d;
	uint32_t mask;
	str offices[OFFICES_MAX];
	size_t n_offices;
};

static struct err *read_new(struct vaultd *v, struct ask *k, struct new_ask *n)
{
	code_id(&k->in, &n->object.v);
	CODE_ENUM(&k->in, n->d, DOSSIERS);
	code_u32(&k->in, &n->mask);
	code_count(&k->in, &n->n_offices, OFFICES_MAX);
	for (size_t i = 0; i < n->n_offices; i++)
		code_str(&k->in, &n->offices[i], OFFICE_MAX);
	if (!codec_end(&k->in) || n->mask == 0 || n->mask >> COMPARTMENTS || n->n_offices == 0)
		return FAIL(k->a, MALFORMED, NULL, "new object cannot be read");
	for (size_t i = 0; i < n->n_offices; i++)
		if (!store_office(&v->store, arena_z(k->a, n->offices[i])))
			return FAIL(k->a, INVALID, NULL, "no such office");
	k->note.object = n->object.v;
	return NULL;
}

/* A referral whose write was cut short is sent again: until a head of it was read from the database, intake begins
 * anew, with keys of its own.  Those of the first try are in nobody's hands. */
static bool intake_open(const struct st_object *o)
{
	static const uint8_t never[32];

	return o->triage && o->seen_at == 0 && (!o->has_head || memcmp(o->prev, never, sizeof never) == 0);
}

/* Intake writes one fresh FR dossier for one office, whoever asks.  Others write what their role writes. */
static struct err *may_make(struct vaultd *v, struct ask *k, const struct new_ask *n, struct st_object *o)
{
	enum role r = k->user ? k->user->role : ROLE_PUBLIC;

	if (n->mask & ~roles[r].writes[n->d])
		return FAIL(k->a, DENIED, NULL, "role %s does not write these compartments", roles[r].code);
	if (erased(v, n->object))
		return FAIL(k->a, NOT_FOUND, NULL, "this case was erased");
	if (o && o->made && (k->user ? !may_reach(v, k, o) : !intake_open(o)))
		return FAIL(k->a, NOT_FOUND, NULL, "no such case");
	if (!k->user)
		return n->n_offices == 1 ? NULL : FAIL(k->a, DENIED, NULL, "a referral goes to one office");
	if ((n->mask & CASE_COMPARTMENTS) && !role_may(r, MAY_CASE_CREATE))
		return FAIL(k->a, DENIED, NULL, "role %s makes no cases", roles[r].code);
	return NULL;
}

/* Behind the object's own row, if it is new. */
static void add_office(struct vaultd *v, case_id object, str office)
{
	struct st_object row = {.id = object};
	const struct st_object *o = map_get(&v->store.objects, object.v);

	memcpy(row.office, office.p, office.n);
	if (!of_office(o, row.office))
		store_put(&v->store, ROW_REACH, &row, 0);
}

static struct err *make_object(struct vaultd *v, struct ask *k, const struct new_ask *n, struct st_object *o)
{
	struct key fresh = crypt_key_new();

	*o = (struct st_object){
		.id = n->object, .made = true, .triage = k->user == NULL, .person = (n->mask & CASE_COMPARTMENTS) != 0};
	memcpy(o->office, n->offices[0].p, n->offices[0].n);
	TRY(core_note(v, k, k->user ? "case.new" : "case.intake", true));
	shred_put(&v->shred, n->object, &fresh);
	crypt_wipe(&fresh, sizeof fresh);
	store_put(&v->store, ROW_OBJECT, o, 0);
	if (k->user && !roles[k->user->role].every_case)
		assign_to(v, k, n->object, k->user->id, NO_DAY);
	return NULL;
}

static struct err *wrap_all(struct vaultd *v, struct ask *k, const struct new_ask *n, struct key deks[COMPARTMENTS],
			    struct wrap *wraps, size_t *n_wraps)
{
	for (size_t i = 0; i < n->n_offices; i++) {
		const char *office = arena_z(k->a, n->offices[i]);

		for (unsigned c = 0; c < COMPARTMENTS; c++) {
			struct st_group *g = store_group(&v->store, office, c);
			struct group_keys keys;
			bool member;

			if (!(n->mask & COMP_BIT(c)))
				continue;
			if (!g || *n_wraps == OPEN_WRAPS_MAX)
				return FAIL(k->a, TOO_BIG, NULL, "too many compartments and offices at once");
			member = k->session && !ask_group(v, k, g, &keys);
			TRY(wrap_key(v, k, g, member ? &keys : NULL, n->object, n->d, &deks[c], &wraps[(*n_wraps)++]));
			crypt_wipe(&keys, sizeof keys);
		}
	}
	return NULL;
}

static struct err *object_new(struct vaultd *v, struct ask *k)
{
	struct wrap *wraps = NEWS(k->a, struct wrap, OPEN_WRAPS_MAX);
	struct case_key *keys = NEWS(k->a, struct case_key, COMPARTMENTS);
	struct key *deks = NEWS(k->a, struct key, COMPARTMENTS);
	struct new_ask n = {0};
	struct st_object *o, made;
	struct key shred;
	size_t n_wraps = 0, n_keys = 0;

	TRY(read_new(v, k, &n));
	o = map_get(&v->store.objects, n.object.v);
	TRY(may_make(v, k, &n, o));
	for (unsigned c = 0; c < COMPARTMENTS; c++)
		deks[c] = crypt_key_new();
	TRY(wrap_all(v, k, &n, deks, wraps, &n_wraps));
	k->note.compartments = n.d == DOSSIER_COR ? n.mask << 16 : n.mask;
	k->note.purpose = PURPOSE_WRITE;
	k->note.count = (int64_t)n.n_offices;
	if (o && o->made) {
		made = *o;
		TRY(shred_needed(v, k, n.object, &shred));
		TRY(core_note(v, k, "case.dossier", true));
	} else {
		TRY(make_object(v, k, &n, &made));
	}
	for (size_t i = 0; i < n.n_offices; i++)
		add_office(v, n.object, n.offices[i]);
	TRY(shred_needed(v, k, n.object, &shred));
	for (enum compartment c = 0; c < COMPARTMENTS; c++)
		if (n.mask & COMP_BIT(c))
			keys[n_keys++] = (struct case_key){n.d, c, effective(&shred, &deks[c])};
	code_wraps(&k->out, k->a, &wraps, &n_wraps, OPEN_WRAPS_MAX);
	code_case_keys(&k->out, k->a, &keys, &n_keys);
	crypt_wipe(&shred, sizeof shred);
	return NULL;
}

struct err *on_object(struct vaultd *v, struct ask *k)
{
	return k->sub == OBJECT_NEW ? object_new(v, k) : on_erase(v, k);
}

/* The case key inside a wrap, when role, office and membership allow it.  *allowed: whether they do. */
static struct err *open_one(struct vaultd *v, struct ask *k, case_id object, const struct wrap *w, struct key *dek,
			    bool *allowed)
{
	struct st_group *g = store_group_gen(&v->store, w->office, w->compartment, w->gen);
	struct group_keys keys;
	struct err *e;

	*allowed = false;
	if (!(roles[k->user->role].reads[w->dossier] & COMP_BIT(w->compartment)) || !g || !reads_group(k->user, g) ||
	    !store_member(&v->store, k->user->id, g->id))
		return NULL;
	TRY(ask_group(v, k, g, &keys));
	e = unwrap_key(v, k, g, &keys, object, w, dek);
	crypt_wipe(&keys, sizeof keys);
	*allowed = e == NULL;
	return e;
}

/* Where the person is opens when it is asked for, and then nothing else does. */
static bool wanted(const struct vaultd *v, const struct ask *k, enum compartment c)
{
	if (k->note.purpose == PURPOSE_REVEAL)
		return c == COMP_LOCATION;
	return c != COMP_LOCATION || location_open(v, k);
}

struct err *on_open(struct vaultd *v, struct ask *k)
{
	struct case_key *keys = NEWS(k->a, struct case_key, OPEN_WRAPS_MAX);
	struct wrap *wraps = NULL;
	struct st_object *o;
	uint8_t head[32];
	struct key shred;
	case_id object;
	size_t n = 0, n_keys = 0;

	code_id(&k->in, &object.v);
	CODE_ENUM(&k->in, k->note.purpose, PURPOSE_REVEAL + 1);
	code_bytes(&k->in, head, sizeof head);
	code_wraps(&k->in, k->a, &wraps, &n, OPEN_WRAPS_MAX);
	if (!codec_end(&k->in) || k->note.purpose == 0)
		return FAIL(k->a, MALFORMED, NULL, "opening cannot be read");
	TRY(reached(v, k, object, &o));
	TRY(shred_needed(v, k, object, &shred));
	if (o->has_head || memcmp(head, (uint8_t[32]){0}, sizeof head) != 0)
		TRY(head_good(v, k, o, head));
	for (size_t i = 0; i < n; i++) {
		struct wrap *w = &wraps[i];
		bool allowed;
		struct key dek;

		if (k->note.compartments & noted(w->dossier, w->compartment) || !wanted(v, k, w->compartment))
			continue;
		TRY(open_one(v, k, object, w, &dek, &allowed));
		if (!allowed)
			continue;
		keys[n_keys++] = (struct case_key){w->dossier, w->compartment, effective(&shred, &dek)};
		k->note.compartments |= noted(w->dossier, w->compartment);
		crypt_wipe(&dek, sizeof dek);
	}
	k->note.count = (int64_t)n_keys;
	if (n_keys == 0)
		return FAIL(k->a, NOT_FOUND, NULL, "nothing of this case is open to this actor");
	TRY(opening_check(v, k));
	TRY(core_note(v, k, "case.open", true));
	opening_spend(v, k);
	alert_decoy(v, k, o);
	location_reveal(v, k);
	code_case_keys(&k->out, k->a, &keys, &n_keys);
	crypt_wipe(&shred, sizeof shred);
	return NULL;
}

/* The FR dossier goes to another office only from the hand that assigns; COR from whoever makes cases. */
struct err *on_share(struct vaultd *v, struct ask *k)
{
	struct wrap *have = NULL, *out = NEWS(k->a, struct wrap, OPEN_WRAPS_MAX);
	struct st_object *o;
	size_t n = 0, n_out = 0;
	str office = STR("");
	case_id object;

	code_id(&k->in, &object.v);
	code_str(&k->in, &office, OFFICE_MAX);
	code_wraps(&k->in, k->a, &have, &n, OPEN_WRAPS_MAX);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "sharing cannot be read");
	TRY(reached(v, k, object, &o));
	if (!store_office(&v->store, arena_z(k->a, office)))
		return FAIL(k->a, INVALID, NULL, "no such office");
	for (size_t i = 0; i < n; i++) {
		struct st_group *to = store_group(&v->store, arena_z(k->a, office), have[i].compartment);
		bool allowed;
		struct key dek;

		if (have[i].dossier == DOSSIER_FR && !role_may(k->user->role, MAY_ASSIGN))
			return FAIL(k->a, DENIED, NULL, "the FR dossier is not shared by this role");
		TRY(open_one(v, k, object, &have[i], &dek, &allowed));
		if (!allowed || !to)
			continue;
		TRY(wrap_key(v, k, to, NULL, object, have[i].dossier, &dek, &out[n_out++]));
		k->note.compartments |= noted(have[i].dossier, have[i].compartment);
		crypt_wipe(&dek, sizeof dek);
	}
	if (n_out == 0)
		return FAIL(k->a, NOT_FOUND, NULL, "nothing of this case is open to this actor");
	k->note.count = (int64_t)n_out;
	TRY(core_note(v, k, "case.share", true));
	add_office(v, object, office);
	code_wraps(&k->out, k->a, &out, &n_out, OPEN_WRAPS_MAX);
	return NULL;
}

/* The names index of an office is written by anyone's referral and read by its people. */
struct err *on_index(struct vaultd *v, struct ask *k)
{
	struct st_group *g;
	struct group_keys keys;
	str office = STR("");

	code_str(&k->in, &office, OFFICE_MAX);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "office cannot be read");
	g = store_group(&v->store, arena_z(k->a, office), GROUP_INDEX);
	if (!g)
		return FAIL(k->a, NOT_FOUND, NULL, "no such office");
	code_bytes(&k->out, g->pk, sizeof g->pk);
	if (k->sub != INDEX_OPEN)
		return NULL;
	if (!k->user)
		return FAIL(k->a, DENIED, NULL, "the index is read in a session");
	TRY(ask_group(v, k, g, &keys));
	TRY(core_note(v, k, "index.open", true));
	code_key(&k->out, &keys.sk);
	crypt_wipe(&keys, sizeof keys);
	return NULL;
}
