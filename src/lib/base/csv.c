/* csv.c — one cell.  What must not happen here: a cell that a spreadsheet runs, or that ends before its text does. */
#include "csv.h"

static bool runs(char c)
{
	return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

void csv_cell(struct buf *b, str cell)
{
	buf_c(b, '"');
	if (cell.n && runs(cell.p[0]))
		buf_c(b, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_c(b, '"');
		buf_c(b, cell.p[i]);
	}
	buf_c(b, '"');
}
