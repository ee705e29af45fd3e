/* stream.c — secretstream over a file descriptor. */
#include "stream.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(crypto_secretstream_xchacha20poly1305_state) <= 64, "state fits");
_Static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == STREAM_OVER, "overhead of a chunk");
_Static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == STREAM_HEAD, "head of a stream");

static crypto_secretstream_xchacha20poly1305_state *state_of(struct stream *s)
{
	return (void *)s->state;
}

static struct err *write_all(struct arena *a, int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FAIL(a, UNAVAILABLE, NULL, "write: %s", strerror(errno));
		p += done;
		n -= (size_t)done;
	}
	return NULL;
}

static struct err *read_some(struct arena *a, int fd, uint8_t *p, size_t max, size_t *n)
{
	*n = 0;
	while (*n < max) {
		ssize_t got = read(fd, p + *n, max - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL(a, UNAVAILABLE, NULL, "read: %s", strerror(errno));
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	return NULL;
}

static void start(struct arena *a, struct stream *s, int fd, str about, bool writing)
{
	*s = (struct stream){.fd = fd, .writing = writing, .first = true};
	s->plain = arena_raw(a, STREAM_CHUNK);
	s->sealed = arena_raw(a, STREAM_CHUNK + STREAM_OVER);
	crypt_sha256(about, s->about);
}

struct err *stream_writer(struct arena *a, struct stream *s, int fd, const struct key *k, str about)
{
	uint8_t head[STREAM_HEAD];

	start(a, s, fd, about, true);
	crypto_secretstream_xchacha20poly1305_init_push(state_of(s), head, k->b);
	return write_all(a, fd, head, sizeof head);
}

static struct err *push(struct arena *a, struct stream *s, bool last)
{
	unsigned long long n;

	if (crypto_secretstream_xchacha20poly1305_push(state_of(s), s->sealed, &n, s->plain, s->n, s->about,
						       s->first ? sizeof s->about : 0,
						       last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0) != 0)
		return FAIL(a, INTERNAL, NULL, "a chunk cannot be sealed");
	s->first = false;
	s->n = 0;
	return write_all(a, s->fd, s->sealed, (size_t)n);
}

/* A full chunk is kept back until more comes: the last one must be known as the last. */
struct err *stream_put(struct arena *a, struct stream *s, str bytes)
{
	while (bytes.n) {
		size_t n = STREAM_CHUNK - s->n < bytes.n ? STREAM_CHUNK - s->n : bytes.n;

		memcpy(s->plain + s->n, bytes.p, n);
		s->n += n;
		bytes = str_sub(bytes, n, bytes.n);
		if (bytes.n)
			TRY(push(a, s, false));
	}
	return NULL;
}

struct err *stream_end(struct arena *a, struct stream *s)
{
	s->ended = true;
	return push(a, s, true);
}

struct err *stream_reader(struct arena *a, struct stream *s, int fd, const struct key *k, str about)
{
	uint8_t head[STREAM_HEAD];
	size_t n;

	start(a, s, fd, about, false);
	TRY(read_some(a, fd, head, sizeof head, &n));
	if (n != sizeof head || crypto_secretstream_xchacha20poly1305_init_pull(state_of(s), head, k->b) != 0)
		return FAIL(a, INVALID, NULL, "the file ends before its first chunk");
	return NULL;
}

static struct err *pull(struct arena *a, struct stream *s)
{
	unsigned long long n;
	unsigned char tag;
	size_t got;

	if (s->ended)
		return FAIL(a, INVALID, NULL, "the content ends too early");
	TRY(read_some(a, s->fd, s->sealed, STREAM_CHUNK + STREAM_OVER, &got));
	if (got < STREAM_OVER)
		return FAIL(a, INVALID, NULL, "the file is cut short: its last chunk is missing");
	if (crypto_secretstream_xchacha20poly1305_pull(state_of(s), s->plain, &n, &tag, s->sealed, got, s->about,
						       s->first ? sizeof s->about : 0) != 0)
		return FAIL(a, INVALID, NULL,
			    "a chunk does not open: the file was changed or cut, or the key is another");
	s->first = false;
	s->n = (size_t)n;
	s->at = 0;
	s->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return NULL;
}

struct err *stream_take(struct arena *a, struct stream *s, void *to, size_t n)
{
	uint8_t *p = to;

	while (n) {
		size_t part = s->n - s->at < n ? s->n - s->at : n;

		if (part == 0) {
			TRY(pull(a, s));
			continue;
		}
		memcpy(p, s->plain + s->at, part);
		s->at += part;
		p += part;
		n -= part;
	}
	return NULL;
}

struct err *stream_finished(struct arena *a, struct stream *s)
{
	uint8_t more;
	size_t n;

	if (!s->ended && s->at == s->n)
		TRY(pull(a, s)); /* an empty last chunk */
	if (!s->ended || s->at != s->n)
		return FAIL(a, INVALID, NULL, "there is more in the file than its list of parts says");
	TRY(read_some(a, s->fd, &more, 1, &n));
	return n ? FAIL(a, INVALID, NULL, "there are bytes behind the end of the file's content") : NULL;
}

void stream_wipe(struct stream *s)
{
	if (s->plain)
		crypt_wipe(s->plain, STREAM_CHUNK);
	crypt_wipe(s->state, sizeof s->state);
}
