/* mo.c — reader of compiled message catalogues (.mo), see mo.h.
 *
 * Format: GNU gettext manual, "The Format of GNU MO Files".  Only what our msgfmt writes is taken: the byte order
 * of the machine, revision 0, UTF-8, a header with a plural rule. */
#include "mo.h"

#include <string.h>

#define MO_MAGIC 0x950412deU
#define MO_HEADER 28

struct table {
	str bytes;
	uint32_t count, ids, texts;
};

static uint32_t word(str bytes, size_t at)
{
	uint32_t v;

	memcpy(&v, bytes.p + at, sizeof v);
	return v;
}

static bool table_fits(str bytes, uint32_t offset, uint32_t count)
{
	return offset >= MO_HEADER && offset <= bytes.n && (bytes.n - offset) / 8 >= count;
}

/* The i-th string of the table at offset: in bounds, NUL behind it, UTF-8. */
static bool string_at(const struct table *t, uint32_t offset, uint32_t i, str *out)
{
	uint32_t n = word(t->bytes, offset + (size_t)i * 8), at = word(t->bytes, offset + (size_t)i * 8 + 4);

	if (at > t->bytes.n || n >= t->bytes.n - at || t->bytes.p[at + n] != '\0')
		return false;
	*out = (str){t->bytes.p + at, n};
	return str_utf8_ok(*out);
}

static struct err *table_read(struct arena *a, str bytes, struct table *out)
{
	struct table t = {.bytes = bytes};

	if (bytes.n < MO_HEADER || bytes.n > UINT32_MAX || word(bytes, 0) != MO_MAGIC || word(bytes, 4) != 0)
		return FAIL(a, INTERNAL, NULL, "catalogue: not a .mo file of this machine");
	t.count = word(bytes, 8);
	t.ids = word(bytes, 12);
	t.texts = word(bytes, 16);
	if (t.count == 0 || t.count > MO_MESSAGES_MAX)
		return FAIL(a, INTERNAL, NULL, "catalogue: %u messages", t.count);
	if (!table_fits(bytes, t.ids, t.count) || !table_fits(bytes, t.texts, t.count))
		return FAIL(a, INTERNAL, NULL, "catalogue: table out of bounds");
	*out = t;
	return NULL;
}

/* FNV-1a: short, and good enough for a table that is made once from our own sentences. */
static uint32_t hash_of(const char *z)
{
	uint32_t h = 2166136261U;

	for (; *z; z++)
		h = (h ^ (uint8_t)*z) * 16777619U;
	return h;
}

/* The entry of id, or the free one where it belongs; the table is never full. */
static struct mo_entry *slot_of(const struct mo *mo, const char *id, uint32_t hash)
{
	uint32_t i = hash & mo->mask;

	while (mo->slots[i].id && (mo->slots[i].hash != hash || strcmp(mo->slots[i].id, id) != 0))
		i = (i + 1) & mo->mask;
	return &mo->slots[i];
}

/* How many NUL-separated parts; 0 when one of them is empty. */
static size_t parts_of(str s)
{
	size_t n = 0;

	while (s.p) {
		if (str_split(&s, '\0').n == 0)
			return 0;
		n++;
	}
	return n;
}

static bool header_line(str header, str name, str *out)
{
	str line;

	while (header.p) {
		line = str_split(&header, '\n');
		if (str_starts(line, name)) {
			*out = str_trim(str_sub(line, name.n, line.n));
			return true;
		}
	}
	return false;
}

static struct err *header_read(struct arena *a, const struct table *t, struct mo *mo)
{
	str id, text, line;

	/* The empty id sorts first. */
	if (!string_at(t, t->ids, 0, &id) || id.n != 0 || !string_at(t, t->texts, 0, &text))
		return FAIL(a, INTERNAL, NULL, "catalogue: no header");
	if (!header_line(text, STR("Content-Type:"), &line) || !str_ends(line, STR("charset=UTF-8")))
		return FAIL(a, INTERNAL, NULL, "catalogue: not UTF-8");
	if (!header_line(text, STR("Plural-Forms:"), &line) || !plural_parse(line, &mo->plural))
		return FAIL(a, INTERNAL, NULL, "catalogue: bad plural rule");
	return NULL;
}

static struct err *message_read(struct arena *a, const struct table *t, struct mo *mo, uint32_t i, str *before)
{
	str id, text, key;
	size_t parts;
	uint32_t hash;

	if (!string_at(t, t->ids, i, &id) || !string_at(t, t->texts, i, &text))
		return FAIL(a, INTERNAL, NULL, "catalogue: message %u out of bounds or not UTF-8", i);
	parts = parts_of(id);
	if (parts < 1 || parts > 2 || parts_of(text) != (parts == 2 ? mo->plural.forms : 1))
		return FAIL(a, INTERNAL, NULL, "catalogue: message %u is empty or has the wrong number of forms", i);
	key = str_of(id.p);
	if (str_cmp(*before, key) >= 0)
		return FAIL(a, INTERNAL, NULL, "catalogue: message %u out of order", i);
	hash = hash_of(key.p);
	*slot_of(mo, key.p, hash) = (struct mo_entry){.id = key.p, .text = text.p, .hash = hash, .plural = parts == 2};
	*before = key;
	return NULL;
}

struct err *mo_open(struct arena *a, str bytes, struct mo *out)
{
	struct table t = {0};
	struct mo mo = {0};
	uint32_t room = 8;
	str before = STR("");

	TRY(table_read(a, bytes, &t));
	TRY(header_read(a, &t, &mo));
	while (room < t.count * 2)
		room *= 2;
	mo.slots = NEWS(a, struct mo_entry, room);
	mo.mask = room - 1;
	mo.count = t.count - 1;
	for (uint32_t i = 1; i < t.count; i++)
		TRY(message_read(a, &t, &mo, i, &before));
	*out = mo;
	return NULL;
}

const char *mo_find(const struct mo *mo, const char *id)
{
	return slot_of(mo, id, hash_of(id))->text;
}

const char *mo_find_plural(const struct mo *mo, const char *one, uint64_t n)
{
	const struct mo_entry *e = slot_of(mo, one, hash_of(one));
	const char *text = e->text;

	if (!e->plural)
		return NULL;
	for (uint32_t form = plural_form(&mo->plural, n); form; form--)
		text += strlen(text) + 1;
	return text;
}
