/* message_fuzz.c — questions to a vault that is open, and answers to its clients.
 * First byte: verb; second: sub-kind; third: whose token stands before the rest (nobody's, the coordinator's, a case
 * manager's, or none is put there).  Holds: no crash, and no case key without a session but of a new object. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "files.h"
#include "log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1700000000000)
static const struct vault_config conf = {.origin = "https://rivage.example"};
static struct vaultd *v;
static struct token coo, cmf;

static struct err *put(struct arena *a, enum verb verb, unsigned sub, const struct token *t, str body, str *answer)
{
	static uint8_t in[ASK_MAX], out[REPLY_MAX];
	struct codec c = codec_writer(in, sizeof in);
	struct ask k = {.a = a, .verb = verb, .sub = (uint8_t)sub, .now = NOW};
	struct token copy = t ? *t : NO_TOKEN;
	struct err *e;

	if (t)
		code_token(&c, &copy);
	code_bytes(&c, (void *)(uintptr_t)body.p, body.n);
	k.in = codec_reader(codec_written(&c));
	k.out = codec_writer(out, sizeof out);
	e = core_handle(v, &k);
	if (answer)
		*answer = arena_str(a, codec_written(&k.out));
	return e;
}

static void person(struct arena *a, const char *login, enum role r, const struct token *by, struct token *out)
{
	struct user_new u = {.login = str_of(login), .name = str_of(login), .role = r, .office = STR("PARIS")};
	uint8_t b[1024], totp[20];
	struct codec c = codec_writer(b, sizeof b);
	struct second second = {0};
	str answer;

	code_user_new(&c, &u);
	if (put(a, VERB_ACCOUNT, ACCOUNT_NEW, by, codec_written(&c), &answer))
		abort();
	memcpy(totp, answer.p + 16, 20);
	c = codec_writer(b, sizeof b);
	code_str(&c, &u.login, LOGIN_MAX);
	if (put(a, VERB_SIGNIN_START, 0, NULL, codec_written(&c), NULL))
		abort();
	code_key(&c, &u.pre);
	second.code = crypt_totp_at(a, totp, NOW);
	code_second(&c, &second, NULL);
	if (put(a, VERB_SIGNIN, 0, NULL, codec_written(&c), &answer))
		abort();
	memcpy(out, answer.p, sizeof *out);
}

static void open_vault(void)
{
	struct arena *a = arena_create(64u << 20);
	char dir[] = "/tmp/message-fuzz-XXXXXX";

	crypt_start();
	log_open("fuzz", LOG_ERROR_ + 1);
	v = calloc(1, sizeof *v);
	v->conf = &conf;
	v->sealed = true;
	v->life = arena_create(64u << 20);
	if (budgets_start(v) || !seckey_site(str_of(conf.origin), &v->site))
		abort();
	if (!mkdtemp(dir) || vault_init(a, dir, STR("a passphrase"), false, PASSWORD_COST_TEST) ||
	    vault_dir(a, dir, false, true, &v->dir) || core_unseal(v, a, STR("a passphrase"), NOW))
		abort();
	if (put(a, VERB_OFFICE_NEW, 0, &NO_TOKEN, STR("\x05\x00PARIS"), NULL))
		abort();
	person(a, "coo", ROLE_COO, &NO_TOKEN, &coo);
	person(a, "cmf", ROLE_CMF, &coo, &cmf);
	v->store.pending.n = v->shred.pending.n = 0; /* the files are not what is tried here */
	for (size_t i = 0; i < 8; i++)
		unlinkat(v->dir,
			 (const char *[]){"keyring", "store", "audit", "audit.checkpoints", "audit.pub", "store.new",
					  "keys", "keys.new"}[i],
			 0);
	rmdir(arena_fmt(a, "%s/vault", dir).p);
	rmdir(dir);
	arena_destroy(a);
}

static void answers(struct arena *a, str in)
{
	struct codec c = codec_reader(in);
	struct actor_info actor;
	struct audit_line line;
	struct case_key *keys;
	struct wrap *wraps;
	struct staff staff;
	struct budget_state budget;
	struct pass pass;
	struct alarm alarm;
	struct seen seen;
	struct key_line line_of_key;
	size_t n;

	code_actor(&c, &actor);
	c = codec_reader(in);
	code_staff(&c, &staff);
	c = codec_reader(in);
	code_audit_line(&c, &line);
	c = codec_reader(in);
	code_budget(&c, &budget);
	c = codec_reader(in);
	code_pass(&c, &pass);
	c = codec_reader(in);
	code_alert(&c, &alarm);
	c = codec_reader(in);
	code_seen(&c, &seen);
	c = codec_reader(in);
	code_key_line(&c, &line_of_key);
	c = codec_reader(in);
	code_wraps(&c, a, &wraps, &n, OPEN_WRAPS_MAX);
	c = codec_reader(in);
	code_case_keys(&c, a, &keys, &n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct token *tokens[] = {&NO_TOKEN, &coo, &cmf, NULL};
	struct wire_head h;
	struct arena *a;
	str body;

	if (!v)
		open_vault();
	a = arena_create(64u << 20);
	if (size >= PACKET)
		wire_parse(data, &h, &body);
	if (size >= 3 && size < ASK_MAX - 64 && data[0] != VERB_UNSEAL) {
		body = (str){(const char *)data + 3, size - 3};
		if (!put(a, data[0], data[1], tokens[data[2] % 4], body, NULL) && data[0] == VERB_OPEN &&
		    data[2] % 4 == 0)
			abort();
		answers(a, body);
	}
	v->store.pending.n = v->shred.pending.n = 0;
	v->audit.n_pending = 0;
	map_free(&v->audit.last, NULL);
	arena_destroy(a);
	return 0;
}
