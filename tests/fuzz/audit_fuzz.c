/* audit_fuzz.c — `audit verify` over files anyone could have written: log, checkpoints, key, outside checkpoint,
 * each behind a two-byte length.  Holds: what is found good has whole entries in order. */
#include <stdlib.h>

#include "audit_file.h"
#include "note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec c = codec_reader((str){(const char *)data, size});
	struct arena *a = arena_create(64u << 20);
	str log = STR(""), notes = STR(""), key = STR(""), against = STR(""), rest, origin;
	struct audit_report r;
	struct note note;
	uint8_t pk[32];

	crypt_start();
	code_str(&c, &log, UINT16_MAX);
	code_str(&c, &notes, UINT16_MAX);
	code_str(&c, &key, UINT16_MAX);
	code_str(&c, &against, UINT16_MAX);
	audit_check(a, log, notes, key, against.n ? against : (str){0}, &r);
	if (r.good && (r.entries * AUDIT_ENTRY + r.torn != log.n || r.signed_size > r.entries))
		abort();
	for (rest = notes; note_take(a, &rest, &note);)
		note_good(a, &note, note.origin, pk);
	note_key_parse(a, key, NOTE_ED25519, &origin, pk);
	arena_destroy(a);
	return 0;
}
