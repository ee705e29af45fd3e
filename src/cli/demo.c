/* demo.c — the demonstration: lands next. */
#include <stdio.h>

#include "cli.h"

int cli_demo(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fputs("rivage: the demonstration is not in this build.\n", stderr);
	return 8;
}
