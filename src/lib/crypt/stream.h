/* stream.h — long bytes sealed in chunks, as age and secretstream do: a changed, moved, missing or added chunk, and an
 * end that is not the end, do not open.
 *
 *   header24 | chunks of 65536 + 17 bytes, the last one shorter or equal and marked FINAL
 *
 * The key is fresh for every stream and its header is bound to `about`, the bytes that stand before it in the file. */
#pragma once
#include "crypt.h"

#define STREAM_CHUNK 65536u
#define STREAM_OVER 17u
#define STREAM_HEAD 24u

struct stream {
	int fd;
	bool writing, ended; /* ended: the FINAL chunk was written, or read */
	uint8_t state[64];   /* of secretstream */
	uint8_t *plain;      /* one chunk */
	size_t n, at;        /* bytes in it; read so far */
	uint8_t *sealed;
	bool first;
	uint8_t about[32];
};

/* Both write or read at fd's place.  Buffers live in a. */
struct err *stream_writer(struct arena *a, struct stream *s, int fd, const struct key *k, str about) MUST_CHECK;
struct err *stream_put(struct arena *a, struct stream *s, str bytes) MUST_CHECK;
struct err *stream_end(struct arena *a, struct stream *s) MUST_CHECK; /* does not fsync */
struct err *stream_reader(struct arena *a, struct stream *s, int fd, const struct key *k, str about) MUST_CHECK;
/* Exactly n bytes.  INVALID when a chunk does not open, or the stream ends before. */
struct err *stream_take(struct arena *a, struct stream *s, void *to, size_t n) MUST_CHECK;
/* The FINAL chunk was read to its last byte, and the file has nothing behind it. */
struct err *stream_finished(struct arena *a, struct stream *s) MUST_CHECK;
void stream_wipe(struct stream *s);
