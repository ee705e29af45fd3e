/* assets_web.c — style, scripts and icons, built in and named by their content. */
#include "rivage_assets.h"
#include "web.h"

static struct err *asset_get(struct ctx *c)
{
	const struct embed_file *f = embed_find(&rivage_assets, str_sub(c->q->path, 1, c->q->path.n));
	static const struct {
		const char *end, *type;
	} types[] = {{".css", "text/css; charset=utf-8"},
		     {".js", "text/javascript; charset=utf-8"},
		     {".svg", "image/svg+xml"}};
	bool gzip = str_find(http_header(c->q, "accept-encoding"), STR("gzip")) >= 0;

	if (!f)
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such asset");
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_ends(c->q->path, str_of(types[i].end)))
			c->r->content_type = types[i].type;
	c->r->status = 200;
	c->r->body = gzip && f->gzip.p ? f->gzip : f->data;
	c->r->gzip_ready = gzip && f->gzip.p;
	c->r->cacheable = true;
	return NULL;
}

const struct route asset_routes[] = {
	{HTTP_GET, "/assets/:file", asset_get, .may = MAY_PUBLIC, .while_sealed = true},
	ROUTES_END,
};
