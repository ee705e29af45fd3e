/* serve_options.c — reading the options of serve. */
#include <stdio.h>
#include <string.h>

#include "seckey.h"
#include "serve.h"

static bool parse_listen(struct serve_options *o)
{
	str s = str_of(o->listen);
	int64_t port;
	ptrdiff_t colon = -1;
	str address;
	bool open, close;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ':')
			colon = (ptrdiff_t)i;
	address = str_sub(s, 0, colon > 0 ? (size_t)colon : 0);
	open = str_starts(address, STR("["));
	close = str_ends(address, STR("]"));
	if (open && close)
		address = str_sub(address, 1, address.n - 2);
	if (address.n == 0 || open != close || !str_to_i64(str_sub(s, (size_t)colon + 1, s.n), &port) || port < 0 ||
	    port > 65535) {
		fprintf(stderr, "rivage: --listen wants ADDRESS:PORT, for example 127.0.0.1:8080.\n");
		return false;
	}
	str_put(o->address, sizeof o->address, address);
	o->port = (int)port;
	return true;
}

static bool parse_fds(struct serve_options *o)
{
	str rest = str_of(o->fds);

	while (rest.p && o->n_fd < CHANNELS) {
		int64_t fd;

		if (!str_to_i64(str_split(&rest, ','), &fd) || fd < 0 || fd > 65535)
			return false;
		o->fd[o->n_fd++] = (int)fd;
	}
	return true;
}

/* "40,150,20,20,6": as many numbers as there are budgets, in their order. */
static bool parse_budgets(struct serve_options *o)
{
	str rest = str_of(o->budgets);
	int n = 0;

	while (rest.p && n <= BUDGETS) {
		int64_t most;

		if (!str_to_i64(str_split(&rest, ','), &most) || most < 0 || most > 1000000 || n == BUDGETS)
			break;
		o->budget[n++] = (uint32_t)most;
		if (!rest.p && n == BUDGETS)
			return true;
	}
	fprintf(stderr, "rivage: --budgets wants %d numbers, for example 40,150,20,20,6 (0: as many as one likes).\n",
		(int)BUDGETS);
	return false;
}

/* As it stands in people's address bar.  Without a word of it: on this machine alone, where it can be known. */
static bool set_origin(struct serve_options *o)
{
	bool loopback = strcmp(o->address, "127.0.0.1") == 0 || strcmp(o->address, "::1") == 0;
	struct seckey_site site;
	char own[64];

	if (o->public && strlen(o->public) < sizeof o->origin && seckey_site(str_of(o->public), &site)) {
		str_put(o->origin, sizeof o->origin, site.origin);
		return true;
	}
	if (o->public) {
		fprintf(stderr, "rivage: --public wants the address of the pages as a browser shows it, without a path "
				"and with a name: https://rivage.example.\n");
		return false;
	}
	if (o->fds || !loopback || !o->port) /* a child is told by the supervisor, or is not to know */
		return true;
	if (o->port == (o->tls_cert ? 443 : 80))
		snprintf(own, sizeof own, "%s://localhost", o->tls_cert ? "https" : "http");
	else
		snprintf(own, sizeof own, "%s://localhost:%d", o->tls_cert ? "https" : "http", o->port);
	if (seckey_site(str_of(own), &site))
		str_put(o->origin, sizeof o->origin, site.origin);
	return true;
}

bool serve_options(int argc, char **argv, struct serve_options *o)
{
	struct option_row rows[] = {
		{"--data", &o->data, NULL},
		{"--listen", &o->listen, NULL},
		{"--key-file", &o->key_file, NULL},
		{"--tls-cert", &o->tls_cert, NULL},
		{"--tls-key", &o->tls_key, NULL},
		{"--clock", &o->clock, NULL},
		{"--clock-file", &o->clock_file, NULL},
		{"--database", &o->database, NULL},
		{"--fds", &o->fds, NULL},
		{"--weak", &o->weak, NULL},
		{"--budgets", &o->budgets, NULL},
		{"--public", &o->public, NULL},
	};
	int64_t weak = 0;
	size_t n;

	*o = (struct serve_options){.listen = "127.0.0.1:8080"};
	if (!cli_options(argc, argv, rows, sizeof rows / sizeof *rows, NULL, 0, &n))
		return false;
	if (!o->data) {
		fprintf(stderr, "rivage: serve wants --data DIR (rivage init or rivage demo makes one).\n");
		return false;
	}
	if (!parse_listen(o))
		return false;
	if (o->clock && (!msec_parse(str_of(o->clock), &o->clock_at) || o->clock_at == 0)) {
		fprintf(stderr, "rivage: --clock wants a date and time, for example 2018-11-20T09:00.\n");
		return false;
	}
	if (!o->tls_cert != !o->tls_key) {
		fprintf(stderr, "rivage: --tls-cert and --tls-key go together.\n");
		return false;
	}
	if (o->weak && !str_to_i64(str_of(o->weak), &weak))
		return false;
	o->weak_bits = (uint64_t)weak;
	if (!set_origin(o))
		return false;
	if (o->budgets && !parse_budgets(o))
		return false;
	return !o->fds || parse_fds(o);
}
