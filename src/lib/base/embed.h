/* embed.h — files built into the program by tools/embed: forms, code lists, programmes, catalogues, assets. */
#pragma once
#include "str.h"

struct embed_file {
	const char *path; /* as in the source tree, e.g. "forms/F01.json" */
	str data;
	str gzip;         /* the same, compressed; absent when that is no shorter */
	const char *etag; /* 16 hex digits of a hash of data (FNV-1a): a cache key, no proof of anything */
};
struct embed_set {
	const struct embed_file *files; /* by path */
	size_t n;
};
const struct embed_file *embed_find(const struct embed_set *set, str path); /* NULL */
