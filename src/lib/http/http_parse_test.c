/* http_parse_test.c — the parsers of outside bytes, route patterns, limits: no server. */
#include "testing.h"

#include <stdio.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "http_wire.h"

#define COUNT(t) (sizeof(t) / sizeof *(t))

/* Pairs as "name=value|name=value", or the kind of the error. */
static str shown(struct arena *a, const struct err *e, const struct http_pair *p, size_t n)
{
	struct buf b;

	if (e)
		return str_of(err_kinds[e->kind].name);
	buf_init(&b, a, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		buf_z(&b, i ? "|" : "");
		buf_str(&b, p[i].name);
		buf_c(&b, '=');
		buf_str(&b, p[i].value);
	}
	return buf_done(&b);
}

static void check(const char *what, str got, str want)
{
	if (!str_eq(got, want))
		fail_msg("%s: got \"%.*s\", want \"%.*s\"", what, STR_ARG(got), STR_ARG(want));
}

static void urlencoded(void **state)
{
	static const struct {
		str in, out;
	} rows[] = {
		{STR(""), STR("")},
		{STR("a=1&b=2"), STR("a=1|b=2")},
		{STR("a=1+2%2B3"), STR("a=1 2+3")},
		{STR("a&b="), STR("a=|b=")},
		{STR("=x"), STR("=x")},
		{STR("a=b=c"), STR("a=b=c")},
		{STR("&&a=1&"), STR("a=1")},
		{STR("a=1&a=2"), STR("a=1|a=2")},
		{STR("n%C3%A9=%E2%82%AC"), STR("n\xC3\xA9=\xE2\x82\xAC")},
		{STR("a=%0D%0A"), STR("a=\r\n")},
		{STR("a=%00"), STR("malformed")},
		{STR("a%00=1"), STR("malformed")},
		{STR("a=\0"), STR("malformed")},
		{STR("a=%"), STR("malformed")},
		{STR("a=%4"), STR("malformed")},
		{STR("a=%4g"), STR("malformed")},
		{STR("a=%g4"), STR("malformed")},
		{STR("a=%-1"), STR("malformed")},
		{STR("a=%FF"), STR("a=\xEF\xBF\xBD")},
		{STR("a=x%C3"), STR("a=x\xEF\xBF\xBD")},
		{STR("a=%ED%A0%80"), STR("a=\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")},
		{STR("a=\xC3\xA9%80z"), STR("a=\xC3\xA9\xEF\xBF\xBDz")},
	};
	struct arena *a = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_pair *p = NULL;
		size_t n = 0;
		struct err *e = http_parse_urlencoded(a, rows[i].in, 1000, &p, &n);

		check(rows[i].in.p, shown(a, e, p, n), rows[i].out);
	}
}

static void urlencoded_limit(void **state)
{
	struct arena *a = *state;
	struct http_pair *p;
	struct err *e;
	struct buf b;
	size_t n;

	buf_init(&b, a, 10000);
	for (int i = 0; i < 1000; i++)
		buf_z(&b, "a=1&");
	assert_null(http_parse_urlencoded(a, buf_done(&b), 1000, &p, &n));
	assert_int_equal(n, 1000);
	buf_z(&b, "a");
	e = http_parse_urlencoded(a, buf_done(&b), 1000, &p, &n);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_TOO_BIG);
	/* Nothing escapes a round trip. */
	for (int c = 1; c < 256; c++) {
		char one = (char)c;
		str clean = http_utf8_clean(a, (str){&one, 1});

		assert_null(
			http_parse_urlencoded(a, arena_fmt(a, "k=%.*s", STR_ARG(http_urlencode(a, clean))), 1, &p, &n));
		assert_true(str_eq(p[0].value, clean));
	}
}

static void paths(void **state)
{
	static const struct {
		str in, out;
	} rows[] = {
		{STR("/"), STR("/")},
		{STR("/a/b"), STR("/a/b")},
		{STR("/a/"), STR("/a/")},
		{STR("/caf%C3%A9"), STR("/caf\xC3\xA9")},
		{STR("/a%20b"), STR("/a b")},
		{STR("/a+b"), STR("/a+b")},
		{STR("/..a/.b"), STR("/..a/.b")},
		{STR("/%FF"), STR("/\xEF\xBF\xBD")},
		{STR("/%252e"), STR("/%2e")},
		{STR(""), STR("malformed")},
		{STR("a"), STR("malformed")},
		{STR("*"), STR("malformed")},
		{STR("http://x/"), STR("malformed")},
		{STR("/.."), STR("malformed")},
		{STR("/a/../b"), STR("malformed")},
		{STR("/a/%2e%2E/b"), STR("malformed")},
		{STR("/./a"), STR("malformed")},
		{STR("/a//b"), STR("malformed")},
		{STR("//a"), STR("malformed")},
		{STR("/a%2fb"), STR("malformed")},
		{STR("/a\\b"), STR("malformed")},
		{STR("/a%5Cb"), STR("malformed")},
		{STR("/a%00"), STR("malformed")},
		{STR("/a\0"), STR("malformed")},
		{STR("/a%0Ab"), STR("malformed")},
		{STR("/a%7F"), STR("malformed")},
		{STR("/a#b"), STR("malformed")},
		{STR("/caf\xC3\xA9"), STR("malformed")},
		{STR("/a%"), STR("malformed")},
	};
	struct arena *a = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		str out = {0};
		struct err *e = http_parse_path(a, rows[i].in, &out);

		check(rows[i].in.p, e ? str_of(err_kinds[e->kind].name) : out, rows[i].out);
	}
}

static void cookies(void **state)
{
	static const struct {
		str header, name, out;
	} rows[] = {
		{STR("s=abc"), STR("s"), STR("abc")},
		{STR("a=1; s=abc; b=2"), STR("s"), STR("abc")},
		{STR("xs=1;s=2"), STR("s"), STR("2")},
		{STR("s="), STR("s"), STR("")},
		{STR("s"), STR("s"), {0}},
		{STR("S=1"), STR("s"), {0}},
		{STR("s=1; s=2"), STR("s"), {0}},
		{STR("s=a=b"), STR("s"), STR("a=b")},
		{STR(""), STR("s"), {0}},
		{{0}, STR("s"), {0}},
	};
	struct http_pair both = {STR("cookie"), STR("s=plain; __Host-s=host")};
	struct http_request q = {.a = *state, .headers = &both, .n_headers = 1};

	for (size_t i = 0; i < COUNT(rows); i++) {
		str got = http_cookie_value(rows[i].header, rows[i].name);

		assert_true(!got.p == !rows[i].out.p);
		assert_true(str_eq(got, rows[i].out));
	}
	assert_true(str_eqz(http_cookie(&q, "s"), "plain"));
	q.tls = true;
	assert_true(str_eqz(http_cookie(&q, "s"), "host"));
	both.value = STR("s=plain");
	assert_null(http_cookie(&q, "s").p);
	q.tls = false;
	both.value = STR("__Host-s=host");
	assert_true(str_eqz(http_cookie(&q, "s"), "host"));
}

static void negotiation(void **state)
{
	(void)state;
	assert_true(http_gzip_accepted(STR("gzip, deflate, br")));
	assert_true(http_gzip_accepted(STR("br;q=1.0, GZIP;q=0.5")));
	assert_false(http_gzip_accepted(STR("gzip;q=0")));
	assert_false(http_gzip_accepted(STR("gzip; q=0.000")));
	assert_false(http_gzip_accepted(STR("deflate, br")));
	assert_false(http_gzip_accepted((str){0}));
	assert_true(http_etag_matches(STR("\"a\", \"b\""), STR("\"b\"")));
	assert_true(http_etag_matches(STR("W/\"b\""), STR("\"b\"")));
	assert_true(http_etag_matches(STR("*"), STR("\"b\"")));
	assert_false(http_etag_matches(STR("\"bc\""), STR("\"b\"")));
}

#define PART(head, data) "--B\r\n" head "\r\n\r\n" data "\r\n"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\""

static void multipart(void **state)
{
	static const struct {
		str in, out;
	} rows[] = {
		{STR(PART(NAMED("a"), "1") PART(NAMED("b"), "2") "--B--\r\n"), STR("a=1|b=2")},
		{STR(PART(NAMED("a"), "") "--B--"), STR("a=")},
		{STR("--B\r\n" NAMED("a") "\r\n\r\n--B--"), STR("malformed")},
		{STR("--B--\r\n"), STR("")},
		{STR(PART(NAMED("a"), "x\r\n--Bx\r\ny") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a"), "x\r\n--C\r\ny") "--B--"), STR("a=x\r\n--C\r\ny")},
		{STR(PART(NAMED("q%22%0D%0Az"), "1") "--B--"), STR("q\"\r\nz=1")},
		{STR(PART(NAMED("a") "\r\nContent-Type: text/plain", "\xFF") "--B--"), STR("a=\xEF\xBF\xBD")},
		{STR(PART(NAMED("f") "; filename=\"p.pdf\"", "%PDF\0") PART(NAMED("a"), "1") "--B--"), STR("a=1")},
		{STR(PART(NAMED("a"), "1\0") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a\0"), "1") "--B--"), STR("malformed")},
		{STR(PART("Content-Disposition: form-data", "1") "--B--"), STR("malformed")},
		{STR(PART("Content-Disposition: attachment; name=\"a\"", "1") "--B--"), STR("malformed")},
		{STR(PART("Content-Disposition: form-data; name=a", "1") "--B--"), STR("malformed")},
		{STR(PART("Content-Disposition: form-data; name=\"a", "1") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a") "; name=\"b\"", "1") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a") "; filename*=\"b\"", "1") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a") "\r\n" NAMED("b"), "1") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a") "\r\nContent-Transfer-Encoding: base64", "1") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a") "\r\nbad name: 1", "1") "--B--"), STR("malformed")},
		{STR(PART("Content-Type: text/plain", "1") "--B--"), STR("malformed")},
		{STR("junk\r\n" PART(NAMED("a"), "1") "--B--"), STR("malformed")},
		{STR(PART(NAMED("a"), "1")), STR("malformed")},
		{STR(PART(NAMED("a"), "1") "--B--junk"), STR("malformed")},
		{STR(PART(NAMED("a"), "1") "--B"), STR("malformed")},
		{STR(""), STR("malformed")},
	};
	struct arena *a = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_request q = {.a = a};
		struct err *e = http_parse_multipart(a, STR("multipart/form-data; boundary=B"), rows[i].in, &q);

		check(rows[i].in.p, shown(a, e, q.form, q.n_form), rows[i].out);
	}
}

static void multipart_files_and_limits(void **state)
{
	static const str types[] = {STR("multipart/form-data"), STR("multipart/form-data; boundary="),
				    STR("multipart/form-data; boundary=a b"),
				    STR("multipart/form-data; boundary=\"a;b\"")};
	struct arena *a = *state;
	struct http_request q = {.a = a};
	struct buf b;

	assert_null(http_parse_multipart(a, STR("multipart/form-data; boundary=\"B\""),
					 STR(PART(NAMED("f") "; filename=\"\"\r\nContent-Type: x/y", "a\0b") "--B--"),
					 &q));
	assert_int_equal(q.n_files, 1);
	assert_int_equal(q.n_form, 0);
	assert_true(str_eq(q.files[0].data, STR("a\0b")));
	assert_true(str_eq(q.files[0].type, STR("x/y")));
	assert_int_equal(q.files[0].filename.n, 0);
	for (size_t i = 0; i < COUNT(types); i++)
		assert_non_null(http_parse_multipart(a, types[i], STR("--B--"), &q));
	buf_init(&b, a, 1 << 20);
	for (int i = 0; i < 1001; i++)
		buf_z(&b, PART(NAMED("a"), "1"));
	buf_z(&b, "--B--");
	q = (struct http_request){.a = a};
	assert_int_equal(http_parse_multipart(a, STR("multipart/form-data; boundary=B"), buf_done(&b), &q)->kind,
			 ERR_TOO_BIG);
}

static void matches(void **state)
{
	static const struct {
		str pattern, path;
		const char *captures; /* NULL: no match */
	} rows[] = {
		{STR("/"), STR("/"), ""},
		{STR("/cases"), STR("/cases"), ""},
		{STR("/cases"), STR("/cases/"), NULL},
		{STR("/cases"), STR("/case"), NULL},
		{STR("/cases/:case"), STR("/cases/x1"), "case=x1"},
		{STR("/cases/:case"), STR("/cases/"), NULL},
		{STR("/cases/:case"), STR("/cases"), NULL},
		{STR("/cases/:case"), STR("/cases/a/b"), NULL},
		{STR("/cases/:case/forms/:form"), STR("/cases/x/forms/F01"), "case=x|form=F01"},
		{STR("/cases/:case/forms/:form"), STR("/cases/x/form/F01"), NULL},
		{STR("/:a/:b/:c/:d"), STR("/1/2/3/4"), "a=1|b=2|c=3|d=4"},
		{STR("/cases/new"), STR("/cases/:case"), NULL},
	};
	struct arena *a = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_pair got[4];
		size_t n = 99;
		bool hit = http_match(rows[i].pattern, rows[i].path, got, &n);

		assert_int_equal(hit, rows[i].captures != NULL);
		if (hit)
			check(rows[i].path.p, shown(a, NULL, got, n), str_of(rows[i].captures));
		else
			assert_int_equal(n, 99);
	}
}

static void limits(void **state)
{
	struct http_limit *l = http_limit_create(3, 60);
	msec t = 1000000;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(http_limit_take(l, STR("192.0.2.1"), t));
	assert_false(http_limit_take(l, STR("192.0.2.1"), t));
	assert_false(http_limit_take(l, STR("::ffff:192.0.2.1"), t));
	assert_true(http_limit_take(l, STR("192.0.2.2"), t));
	/* A try comes back every 20 s, even to who never stops trying; never more than three. */
	for (int ms = 1; ms < 20000; ms++)
		assert_false(http_limit_take(l, STR("192.0.2.1"), t + ms));
	assert_true(http_limit_take(l, STR("192.0.2.1"), t + 20000));
	assert_false(http_limit_take(l, STR("192.0.2.1"), t + 20001));
	assert_false(http_limit_take(l, STR("192.0.2.1"), t - 500000)); /* clock set back */
	for (int i = 0; i < 3; i++)
		assert_true(http_limit_take(l, STR("192.0.2.1"), t + 900000));
	assert_false(http_limit_take(l, STR("192.0.2.1"), t + 900000));
	/* One /64 is one client; another is another. */
	for (int i = 0; i < 3; i++)
		assert_true(http_limit_take(l, STR("2001:db8::1"), t));
	assert_false(http_limit_take(l, STR("2001:db8::ffff:2"), t));
	assert_true(http_limit_take(l, STR("2001:db8:0:1::1"), t));
	assert_true(http_limit_take(l, STR("no address, but far longer than any address could ever be written"), t));
	http_limit_destroy(l);
	http_limit_destroy(NULL);
}

/* A crowd of addresses cannot make the table forget one that is being slowed down. */
static void limits_under_a_crowd(void **state)
{
	struct http_limit *l = http_limit_create(2, 60);
	char peer[INET_ADDRSTRLEN];
	int forgotten = 0;

	(void)state;
	for (int i = 0; i < 2; i++)
		http_limit_take(l, STR("192.0.2.1"), 1000);
	for (int i = 0; i < 200000; i++) {
		snprintf(peer, sizeof peer, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		http_limit_take(l, str_of(peer), 1000);
	}
	forgotten = http_limit_take(l, STR("192.0.2.1"), 1000);
	assert_int_equal(forgotten, 0);
	http_limit_destroy(l);
}

static void compression(void **state)
{
	struct arena *a = *state;
	char *page = arena_alloc(a, 50000), *back = arena_alloc(a, 50000);
	str packed;

	for (size_t i = 0; i < 50000; i++)
		page[i] = "<li>case</li>\n"[i * i % 14];
	for (int round = 0; round < 3; round++) {
		z_stream z = {0};

		packed = http_gzip(a, (str){page, 50000});
		assert_true(packed.p && packed.n < 25000);
		assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
		z.next_in = (const Bytef *)packed.p;
		z.avail_in = (uInt)packed.n;
		z.next_out = (Bytef *)back;
		z.avail_out = 50000;
		assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
		inflateEnd(&z);
		assert_memory_equal(page, back, 50000);
	}
	random_bytes(page, 5000);
	assert_null(http_gzip(a, (str){page, 5000}).p);
	assert_null(http_gzip(a, STR("")).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(urlencoded, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(urlencoded_limit, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(paths, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(cookies, test_arena, test_arena_end),
		cmocka_unit_test(negotiation),
		cmocka_unit_test_setup_teardown(multipart, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(multipart_files_and_limits, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(matches, test_arena, test_arena_end),
		cmocka_unit_test(limits),
		cmocka_unit_test(limits_under_a_crowd),
		cmocka_unit_test_setup_teardown(compression, test_arena, test_arena_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
