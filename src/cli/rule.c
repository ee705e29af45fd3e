#include "cli.h"
int cli_rule(int argc,char**argv){(void)argc;(void)argv;return 1;}
int cli_demo(int argc,char**argv){(void)argc;(void)argv;return 1;}
