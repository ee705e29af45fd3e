/* plural.c — the plural rule of a catalogue: parser and evaluator.
 *
 * The grammar is C's expression grammar cut down to n, numbers, ?:, ||, &&, comparisons, + - * / %, ! and
 * parentheses.  The rule comes from a file that translators edit, so both steps are bounded: nodes, depth,
 * arithmetic in unsigned 64 bits.  Nodes are only ever made after their children, so evaluation ends. */
#include "mo.h"

enum op {
	OP_N,
	OP_NUMBER,
	OP_NOT,
	OP_IF,
	OP_OR,
	OP_AND,
	OP_EQ,
	OP_NE,
	OP_LE,
	OP_GE,
	OP_LT,
	OP_GT,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD
};

/* Longer spellings first, so that "<=" is not read as "<". */
static const struct binary {
	const char *sign;
	uint8_t op, level;
} binaries[] = {
	{"||", OP_OR, 1}, {"&&", OP_AND, 2}, {"==", OP_EQ, 3}, {"!=", OP_NE, 3}, {"<=", OP_LE, 4},
	{">=", OP_GE, 4}, {"<", OP_LT, 4},   {">", OP_GT, 4},  {"+", OP_ADD, 5}, {"-", OP_SUB, 5},
	{"*", OP_MUL, 6}, {"/", OP_DIV, 6},  {"%", OP_MOD, 6},
};
#define LEVEL_UNARY 7

struct parser {
	str rest;
	struct plural *out;
	unsigned depth;
};

static bool ternary(struct parser *p, uint8_t *out);

static void skip(struct parser *p)
{
	while (p->rest.n && (*p->rest.p == ' ' || *p->rest.p == '\t'))
		p->rest = str_sub(p->rest, 1, p->rest.n);
}

static bool take(struct parser *p, str token)
{
	skip(p);
	if (!str_starts(p->rest, token))
		return false;
	p->rest = str_sub(p->rest, token.n, p->rest.n);
	return true;
}

static bool number(struct parser *p, uint32_t *out)
{
	uint32_t v = 0;
	size_t i = 0;

	skip(p);
	for (; i < p->rest.n && p->rest.p[i] >= '0' && p->rest.p[i] <= '9'; i++) {
		if (i == 9)
			return false;
		v = v * 10 + (uint32_t)(p->rest.p[i] - '0');
	}
	if (i == 0)
		return false;
	p->rest = str_sub(p->rest, i, p->rest.n);
	*out = v;
	return true;
}

static bool node(struct parser *p, struct plural_node made, uint8_t *out)
{
	if (p->out->n == PLURAL_NODES_MAX)
		return false;
	*out = (uint8_t)p->out->n;
	p->out->node[p->out->n++] = made;
	return true;
}

static bool unary(struct parser *p, uint8_t *out)
{
	struct plural_node made = {.op = OP_NUMBER};
	bool ok;

	if (++p->depth > PLURAL_DEPTH_MAX)
		return false;
	if (take(p, STR("("))) {
		ok = ternary(p, out) && take(p, STR(")"));
	} else if (take(p, STR("!"))) {
		made.op = OP_NOT;
		ok = unary(p, &made.kid[0]) && node(p, made, out);
	} else if (take(p, STR("n"))) {
		made.op = OP_N;
		ok = node(p, made, out);
	} else {
		ok = number(p, &made.value) && node(p, made, out);
	}
	p->depth--;
	return ok;
}

static const struct binary *take_binary(struct parser *p, unsigned level)
{
	for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++)
		if (binaries[i].level == level && take(p, str_of(binaries[i].sign)))
			return &binaries[i];
	return NULL;
}

/* All binary operators are left-associative; the level decides what binds first. */
static bool binary(struct parser *p, unsigned level, uint8_t *out)
{
	const struct binary *b;
	struct plural_node made;

	if (level == LEVEL_UNARY)
		return unary(p, out);
	if (!binary(p, level + 1, out))
		return false;
	while ((b = take_binary(p, level))) {
		made = (struct plural_node){.op = b->op, .kid = {*out}};
		if (!binary(p, level + 1, &made.kid[1]) || !node(p, made, out))
			return false;
	}
	return true;
}

static bool ternary(struct parser *p, uint8_t *out)
{
	struct plural_node made = {.op = OP_IF};
	bool ok;

	if (++p->depth > PLURAL_DEPTH_MAX)
		return false;
	ok = binary(p, 1, out);
	if (ok && take(p, STR("?"))) {
		made.kid[0] = *out;
		ok = ternary(p, &made.kid[1]) && take(p, STR(":")) && ternary(p, &made.kid[2]) && node(p, made, out);
	}
	p->depth--;
	return ok;
}

bool plural_parse(str rule, struct plural *out)
{
	struct parser p = {.rest = str_trim(rule), .out = out};
	uint8_t root;

	*out = (struct plural){0};
	if (!take(&p, STR("nplurals")) || !take(&p, STR("=")) || !number(&p, &out->forms) || !take(&p, STR(";")))
		return false;
	if (out->forms == 0 || out->forms > PLURAL_FORMS_MAX)
		return false;
	if (!take(&p, STR("plural")) || !take(&p, STR("=")) || !ternary(&p, &root))
		return false;
	take(&p, STR(";"));
	skip(&p);
	return p.rest.n == 0;
}

static uint64_t value(const struct plural *p, uint32_t at, uint64_t n);

static uint64_t apply(uint8_t op, uint64_t x, uint64_t y)
{
	switch (op) {
	case OP_EQ:
		return x == y;
	case OP_NE:
		return x != y;
	case OP_LE:
		return x <= y;
	case OP_GE:
		return x >= y;
	case OP_LT:
		return x < y;
	case OP_GT:
		return x > y;
	case OP_ADD:
		return x + y;
	case OP_SUB:
		return x - y;
	case OP_MUL:
		return x * y;
	case OP_DIV:
		return y ? x / y : 0;
	default:
		return y ? x % y : 0;
	}
}

static uint64_t value(const struct plural *p, uint32_t at, uint64_t n)
{
	const struct plural_node *e = &p->node[at];

	switch (e->op) {
	case OP_N:
		return n;
	case OP_NUMBER:
		return e->value;
	case OP_NOT:
		return !value(p, e->kid[0], n);
	case OP_IF:
		return value(p, e->kid[0], n) ? value(p, e->kid[1], n) : value(p, e->kid[2], n);
	case OP_OR:
		return value(p, e->kid[0], n) || value(p, e->kid[1], n);
	case OP_AND:
		return value(p, e->kid[0], n) && value(p, e->kid[1], n);
	default:
		return apply(e->op, value(p, e->kid[0], n), value(p, e->kid[1], n));
	}
}

uint32_t plural_form(const struct plural *p, uint64_t n)
{
	/* The root is the node made last. */
	uint64_t form = value(p, p->n - 1, n);

	return form < p->forms ? (uint32_t)form : 0;
}
