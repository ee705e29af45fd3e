/* scratch.h — the files a command needs for a while and must not leave behind: they hold what is not sealed again yet.
 * They have fixed names in a folder that one command has at a time, so what a killed run left goes with the next. */
#pragma once
#include "base.h"

/* Takes the folder (waits for who has it, or CONFLICT), removes the files of these names in it, and again when SIGHUP,
 * SIGINT or SIGTERM end the command.  From here on, what is written is for its owner alone. */
struct err *scratch_begin(struct arena *a, const char *folder, bool wait, const char *const *names,
			  size_t n) MUST_CHECK;
/* Removes this file too if a signal ends the command. */
void scratch_also(struct arena *a, const char *path);
void scratch_end(void); /* removes the files, lets the folder go */
