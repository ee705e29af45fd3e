/* csv.h — cells of a table that a spreadsheet will open. */
#pragma once
#include "buf.h"

/* Quoted, quotes doubled; what a spreadsheet would take for a formula begins with an apostrophe (security §5, 16). */
void csv_cell(struct buf *b, str cell);
