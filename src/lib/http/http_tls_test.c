/* http_tls_test.c — TLS 1.2 and 1.3 only, authenticated encryption only, and what TLS changes in replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http_wire.h"

#define COUNT(t) (sizeof(t) / sizeof *(t))

static char folder[] = "/tmp/rivage-tls-XXXXXX", cert_path[64], key_path[64];

static void serve(struct http_request *q, struct http_reply *r, void *arg)
{
	(void)arg;
	r->body = arena_fmt(q->a, "tls=%d s=%.*s", q->tls, STR_ARG(http_cookie(q, "s")));
	http_reply_cookie(q, r, "s", STR("v"), 60);
}

static void write_file(const char *path, const gnutls_datum_t *d)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(d->data, 1, d->size, f), d->size);
	fclose(f);
}

static int make_certificate(void **state)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t cert;
	gnutls_datum_t pem;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(cert_path, sizeof cert_path, "%s/cert.pem", folder);
	snprintf(key_path, sizeof key_path, "%s/key.pem", folder);
	gnutls_x509_privkey_init(&key);
	gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	gnutls_x509_crt_init(&cert);
	gnutls_x509_crt_set_version(cert, 3);
	gnutls_x509_crt_set_serial(cert, "\1", 1);
	gnutls_x509_crt_set_activation_time(cert, time(NULL) - 3600);
	gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 3600);
	gnutls_x509_crt_set_dn(cert, "CN=test", NULL);
	gnutls_x509_crt_set_key(cert, key);
	gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0);
	gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &pem);
	write_file(cert_path, &pem);
	gnutls_free(pem.data);
	gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem);
	write_file(key_path, &pem);
	gnutls_free(pem.data);
	gnutls_x509_crt_deinit(cert);
	gnutls_x509_privkey_deinit(key);
	return 0;
}

static int remove_certificate(void **state)
{
	(void)state;
	unlink(cert_path);
	unlink(key_path);
	return rmdir(folder);
}

static int dial(const struct http_server *s)
{
	struct sockaddr_in there = {.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)http_port(s)),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&there, sizeof there), 0);
	return fd;
}

struct talk {
	gnutls_certificate_credentials_t trust;
	gnutls_session_t t;
	int fd;
};

/* Whether the two sides find common ground. */
static bool begin(struct talk *k, const struct http_server *s, const char *priorities)
{
	k->fd = dial(s);
	gnutls_certificate_allocate_credentials(&k->trust);
	gnutls_init(&k->t, GNUTLS_CLIENT);
	assert_int_equal(gnutls_priority_set_direct(k->t, priorities, NULL), 0);
	gnutls_credentials_set(k->t, GNUTLS_CRD_CERTIFICATE, k->trust);
	gnutls_transport_set_int(k->t, k->fd);
	gnutls_handshake_set_timeout(k->t, 20000);
	return gnutls_handshake(k->t) == 0;
}

static void finish(struct talk *k)
{
	gnutls_deinit(k->t);
	gnutls_certificate_free_credentials(k->trust);
	close(k->fd);
}

/* The reply, or "" without common ground. */
static str ask(struct arena *a, const struct http_server *s, const char *priorities, str request)
{
	char *p = arena_alloc(a, 65536);
	ssize_t n = 0, got = 1;
	struct talk k;

	if (begin(&k, s, priorities)) {
		gnutls_record_send(k.t, request.p, request.n);
		while (got > 0 && n < 65000) {
			got = gnutls_record_recv(k.t, p + n, (size_t)(65000 - n));
			n += got > 0 ? got : 0;
		}
	}
	finish(&k);
	return (str){p, (size_t)n};
}

static str cipher_of(struct arena *a, const struct http_server *s, const char *priorities)
{
	struct talk k;
	str name = {0};

	if (begin(&k, s, priorities))
		name = arena_str(a, str_of(gnutls_cipher_get_name(gnutls_cipher_get(k.t))));
	finish(&k);
	return name;
}

static void versions(void **state)
{
	static const struct {
		const char *priorities;
		bool ok;
	} rows[] = {
		{"NORMAL:-VERS-ALL:+VERS-TLS1.3", true},
		{"NORMAL:-VERS-ALL:+VERS-TLS1.2", true},
		{"NORMAL:-VERS-ALL:+VERS-TLS1.1", false},
		{"NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC", false},
		{"NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA", false},
	};
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_config c = {.workers = 2,
				.max_connections = 16,
				.head_seconds = 20, /* under valgrind a handshake takes seconds */
				.tls_cert = str_of(cert_path),
				.tls_key = str_of(key_path)};
	struct http_server *s;
	str reply;

	(void)state;
	assert_null(http_start(a, &c, serve, NULL, &s));
	for (size_t i = 0; i < COUNT(rows); i++) {
		reply = ask(a, s, rows[i].priorities,
			    STR("GET / HTTP/1.1\r\nHost: x\r\nCookie: s=tossed; __Host-s=ours\r\nConnection: "
				"close\r\n\r\n"));
		if (rows[i].ok != str_starts(reply, STR("HTTP/1.1 200")))
			fail_msg("%s: \"%.*s\"", rows[i].priorities, STR_ARG(reply));
		if (!rows[i].ok)
			continue;
		assert_true(str_ends(reply, STR("tls=1 s=ours")));
		assert_true(str_find(reply, STR("\r\nStrict-Transport-Security: max-age=63072000\r\n")) > 0);
		assert_true(str_find(reply, STR("\r\nSet-Cookie: __Host-s=v; Path=/; Max-Age=60; HttpOnly; "
						"SameSite=Strict; Secure\r\n")) > 0);
	}
	/* The head is checked behind TLS as before it. */
	reply = ask(a, s, "NORMAL", STR("GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"));
	assert_true(str_starts(reply, STR("HTTP/1.1 400")));
	http_stop(s);
	arena_destroy(a);
}

/* Of what both can do the server chooses, the strongest first, whatever the client would rather have. */
static void server_chooses(void **state)
{
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_config c = {.workers = 2,
				.max_connections = 16,
				.head_seconds = 20,
				.tls_cert = str_of(cert_path),
				.tls_key = str_of(key_path)};
	struct http_server *s;
	str chosen;

	(void)state;
	assert_null(http_start(a, &c, serve, NULL, &s));
	for (int i = 0; i < 2; i++) {
		chosen = cipher_of(a, s,
				   i ? "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM"
				     : "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM");
		assert_true(str_eqz(chosen, "AES-256-GCM"));
	}
	http_stop(s);
	arena_destroy(a);
}

/* Neither plain text nor a handshake that never comes holds a connection. */
static void no_handshake(void **state)
{
	static const str openings[] = {STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), STR("\x16\x03\x01"), STR("")};
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_config c = {.workers = 2,
				.max_connections = 16,
				.head_seconds = 1,
				.address = STR("0.0.0.0"), /* with TLS, other addresses are served */
				.tls_cert = str_of(cert_path),
				.tls_key = str_of(key_path)};
	struct timeval patience = {.tv_sec = 3};
	struct http_server *s;

	(void)state;
	assert_null(http_start(a, &c, serve, NULL, &s));
	for (size_t i = 0; i < COUNT(openings); i++) {
		char b[100];
		ssize_t n;
		int fd = dial(s);

		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
		send(fd, openings[i].p, openings[i].n, MSG_NOSIGNAL);
		while ((n = recv(fd, b, sizeof b, 0)) > 0)
			assert_true(b[0] != 'H');
		assert_true(n == 0 || errno == ECONNRESET);
		close(fd);
	}
	http_stop(s);
	arena_destroy(a);
}

/* [::] is every address of the machine, the old kind too. */
static void every_address(void **state)
{
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_config c = {.workers = 2,
				.max_connections = 16,
				.head_seconds = 20,
				.address = STR("::"),
				.tls_cert = str_of(cert_path),
				.tls_key = str_of(key_path)};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	struct http_server *s;

	(void)state;
	if (fd < 0)
		skip();
	close(fd);
	assert_null(http_start(a, &c, serve, NULL, &s));
	assert_true(str_starts(ask(a, s, "NORMAL", STR("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")),
			       STR("HTTP/1.1 200"))); /* over IPv4 */
	http_stop(s);
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),
		cmocka_unit_test(server_chooses),
		cmocka_unit_test(no_handshake),
		cmocka_unit_test(every_address),
	};

	return cmocka_run_group_tests(tests, make_certificate, remove_certificate);
}
