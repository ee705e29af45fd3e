/* vault.c — the vault process, as serve starts it. */
#include "log.h"
#include "serve.h"
#include "server.h"

int cli_vault(int argc, char **argv)
{
	struct vault_config conf = {0};
	struct serve_options o;

	if (!serve_options(argc, argv, &o))
		return 2;
	log_open("vault", LOG_INFO_);
	conf.dir = o.data;
	conf.fds = o.fd;
	conf.n_fds = o.n_fd;
	conf.key_file = o.key_file;
	conf.origin = o.origin[0] ? o.origin : NULL;
	conf.budgets = o.budgets ? o.budget : NULL;
	return vault_main(&conf);
}
