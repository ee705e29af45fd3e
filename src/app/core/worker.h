/* worker.h — what a thread of the server owns: a database reader and a channel to the vault, made at its first
 * request and kept. */
#pragma once
#include "op.h"

void worker_channels(const int *fds, size_t n); /* once, before the server starts */
struct err *worker_lend(struct op *op) MUST_CHECK;
void worker_return(struct op *op);
