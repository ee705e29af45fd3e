// pages.spec.mjs — every page that any account can reach by following links: accessible, valid, narrow, light, and
// silent under the strict policies; in French, English and Arabic, on a phone and on a desk, with and without scripts.
import { languages, widths } from './harness.mjs';

const publicPages = ['/sign-in', '/signaler', '/no-such-page'];
const eachPattern = 2; // pages kept of those that differ only by an id
const full = process.env.PAGES === 'full';

// Language, width, with scripts or without, and whether axe looks (it needs the policies off).
function everyWay() {
	const ways = [];

	for (const lang of languages)
		for (const width of widths)
			ways.push({ lang, width, javaScript: true, axe: true }, { lang, width, javaScript: true },
				{ lang, width, javaScript: false });
	return ways;
}

const sample = [
	{ lang: 'fr', width: 1280, javaScript: true, axe: true },
	{ lang: 'en', width: 320, javaScript: true, axe: true },
	{ lang: 'ar', width: 320, javaScript: true, axe: true },
	{ lang: 'fr', width: 1280, javaScript: true },
	{ lang: 'ar', width: 320, javaScript: true },
	{ lang: 'fr', width: 320, javaScript: false },
];

// How another role looks at a kind of page that one has already seen every way.
const again = [
	{ lang: 'fr', width: 320, javaScript: true, axe: true },
	{ lang: 'ar', width: 1280, javaScript: true },
];

// /cases/3f2a…/forms/F05 → /cases/:id/forms/F05
const pattern = (path) => path.replace(/\/(?=[0-9A-Za-z_-]*\d)[0-9A-Za-z_-]{16,}/g, '/:id').replace(/\?.*/, '');

// Pages reached by links from "/" with this account, as many as `eachPattern` of each kind.
async function discover(house, account) {
	const context = await house.context({ account });
	const page = await context.newPage();
	const waiting = ['/'], found = [], seen = new Map();

	while (waiting.length) {
		const path = waiting.shift();
		const answer = await page.goto(new URL(path, house.base).href).catch(() => null);

		if (!answer || !(answer.headers()['content-type'] || '').startsWith('text/html')) continue;
		found.push(path);
		house.ok(answer.status() === 200, `${account} follows a link to ${path}`, `answered ${answer.status()}`);
		for (const href of await page.$$eval('a[href]', (all) => all.map((a) => a.href))) {
			const url = new URL(href);
			const key = pattern(url.pathname);
			const next = url.pathname + url.search;

			if (url.origin !== new URL(house.base).origin || /^\/(language|quick-exit|sign-out|assets)\b/.test(url.pathname)) continue;
			const of = seen.get(key) || new Set();

			if (of.has(next) || of.size >= eachPattern) continue;
			seen.set(key, of.add(next));
			if (next !== '/') waiting.push(next);
		}
	}
	await context.close();
	return found.map((path) => ({ account, path }));
}

// What came over the wire for one page: all of it, the document alone, style and scripts.
async function weigh(page, go) {
	const weights = { all: 0, document: 0, stylesheet: 0, script: 0, requests: 0 };
	const asked = [];
	const note = (r) => asked.push(r);

	page.on('requestfinished', note);
	await go();
	page.off('requestfinished', note);
	for (const r of asked) {
		const s = await r.sizes();
		const body = s.responseBodySize;

		if (body < 0) continue; // from the cache
		weights.requests++;
		weights.all += body + s.responseHeadersSize;
		if (r.resourceType() in weights) weights[r.resourceType()] += body;
	}
	return weights;
}

// One window for all pages of an account; what it has kept is thrown away before each first visit.
async function checkWeights(house, account, pages, lang) {
	const context = await house.context({ account, lang });
	const page = await context.newPage();
	const cache = await context.newCDPSession(page);

	for (const { path } of pages) {
		const url = new URL(path, house.base).href;
		const name = `${account || 'public'} ${path} ${lang}`;

		await page.goto('about:blank');
		await cache.send('Network.clearBrowserCache');
		const first = await weigh(page, () => page.goto(url, { waitUntil: 'networkidle' }));

		house.ok(first.all <= 60 << 10 && first.requests <= 5, `first visit ≤ 60 KB, ≤ 5 requests: ${name}`, JSON.stringify(first));
		house.ok(first.stylesheet > 0 && first.stylesheet <= 14 << 10, `style ≤ 14 KB: ${name}`, first.stylesheet);
		house.ok(first.script > 0 && first.script <= 6 << 10, `scripts ≤ 6 KB: ${name}`, first.script);
		await page.goto('about:blank');
		const next = await weigh(page, () => page.goto(url));

		house.ok(next.document > 0 && next.all <= 20 << 10, `next visit ≤ 20 KB: ${name}`, JSON.stringify(next));
	}
	await context.close();
}

// One window for all pages of a kind: opening windows is what costs.
async function look(house, pages, { account, lang, width, javaScript, axe }) {
	const context = await house.context({ account, lang, width, javaScript, bypassCSP: axe });
	const page = await context.newPage();
	const seen = house.watch(page);

	for (const { path } of pages) {
		const name = `${account || 'public'} ${path} ${lang} ${width}${javaScript ? '' : ' without scripts'}`;

		try {
			const answer = await page.goto(new URL(path, house.base).href);

			house.keep(`${account || 'public'} ${path} ${lang}`, await answer.text());
			if (width === 320) {
				const over = await house.overflow(page);

				house.ok(!over, `nothing sticks out: ${name}`, over);
			}
			if (axe) {
				const found = await house.axe(page);

				house.ok(found.length === 0, `axe: ${name}`, found.join('\n'));
			} else house.ok(seen.length === 0, `no breach of policy: ${name}`, seen.splice(0).join('\n'));
			const dir = await page.getAttribute('html', 'dir');

			house.ok(dir === (lang === 'ar' ? 'rtl' : 'ltr'), `direction: ${name}`, dir);
		} catch (e) {
			house.ok(false, `page: ${name}`, e.message);
		}
	}
	await context.close();
}

export default async function (house) {
	await house.serve();
	const started = Date.now();
	const pages = publicPages.map((path) => ({ account: undefined, path }));
	const claimed = new Set(); // kinds of pages

	const roles = new Set();

	for (const { login, role } of house.accounts || []) {
		// One person of each role goes round.
		if (roles.has(role)) continue;
		roles.add(role);
		for (const p of await discover(house, login)) {
			const key = pattern(p.path);

			// The sample looks at each kind of page with the first of them who reaches it.
			if (!full && claimed.has(key)) continue;
			pages.push({ ...p, again: claimed.has(key) });
			claimed.add(key);
		}
	}
	for (const extra of (process.env.PAGES_ALSO || '').split(' ').filter(Boolean)) pages.push({ path: extra });
	house.ok(!house.accounts || pages.length > publicPages.length + 5, 'pages are found by following links', pages.length);

	console.log(`# ${pages.length} pages found in ${Math.round((Date.now() - started) / 1000)} s`);
	const jobs = [];

	for (const account of new Set(pages.map((p) => p.account))) {
		const mine = pages.filter((p) => p.account === account && !p.again);
		const others = pages.filter((p) => p.account === account && p.again);

		for (const lang of full ? languages : ['fr', 'ar']) jobs.push(() => checkWeights(house, account, mine, lang));
		for (const how of full ? everyWay() : sample) jobs.push(() => look(house, mine, { account, ...how }));
		for (const how of others.length ? again : []) jobs.push(() => look(house, others, { account, ...how }));
	}
	await Promise.all([1, 2].map(async () => {
		while (jobs.length) await jobs.shift()();
	}));
}
