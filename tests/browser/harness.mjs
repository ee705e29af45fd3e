// harness.mjs — a demonstration house served for tests, a browser, and what every spec asks of a page.
import { spawn, execFileSync, execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const vnuJar = require.resolve('vnu-jar/build/dist/vnu.jar');
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
	'--disable-sync', '--disable-gpu', '--disable-dev-shm-usage'];

export const languages = ['fr', 'en', 'ar'];
export const widths = [320, 1280];

function freePort() {
	return new Promise((resolve, reject) => {
		const s = net.createServer();

		s.once('error', reject);
		s.listen(0, '127.0.0.1', () => {
			const { port } = s.address();

			s.close(() => resolve(port));
		});
	});
}

const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

export class House {
	counted = { passed: 0, failed: 0 };
	tell = false; // each thing that was right is said too
	others = []; // houses beside this one
	#html = new Map(); // pages kept for the HTML checker: name → text
	#sessions = new Map(); // account → cookies
	#lastCode = new Map(); // account → the code it last used: each works once

	// ---- counting ----

	ok(condition, name, detail = '') {
		if (condition) {
			this.counted.passed++;
			if (this.tell) console.log(`ok ${this.counted.passed + this.counted.failed} - ${name}`);
		} else {
			this.counted.failed++;
			console.log(`not ok ${name}${detail ? `\n  ${String(detail).replace(/\n/g, '\n  ')}` : ''}`);
		}
		return Boolean(condition);
	}

	// ---- the house ----

	async open() {
		this.scratch ||= mkdtempSync(join(tmpdir(), 'rivage-'));
		this.browser ||= await this.#launch();
	}

	// The demonstration, served: for specs that need more than a browser.
	async serve() {
		this.base ||= process.env.RIVAGE_BASE || (await this.#serve());
		if (!/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(`${this.base}/`)) throw new Error('only this machine is tested');
	}

	async #launch() {
		const options = { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: quiet };

		try {
			return await chromium.launch({ ...options, chromiumSandbox: true });
		} catch { // containers without user namespaces
			return chromium.launch({ ...options, chromiumSandbox: false });
		}
	}

	// A browser that keeps a profile in that folder, with all its usual services, as a person's does.
	async profile(folder, scripts) {
		const options = { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: false, locale: 'fr', javaScriptEnabled: scripts,
			args: [...quiet, '--headless=new'], ignoreDefaultArgs: ['--disable-back-forward-cache', '--disable-component-extensions-with-background-pages'] };

		try {
			return await chromium.launchPersistentContext(folder, { ...options, chromiumSandbox: true });
		} catch { // containers without user namespaces
			return chromium.launchPersistentContext(folder, { ...options, chromiumSandbox: false });
		}
	}

	async #serve(made) {
		const port = await freePort();
		const log = openSync('rivage.log', 'a');

		this.program = process.env.RIVAGE;
		this.dir = join(this.scratch, 'demo');
		this.made = made || join(this.scratch, 'made');
		if (!made) {
			try {
				execFileSync(this.program, ['demo', this.made], { stdio: ['ignore', log, log] });
			} catch {
				throw new Error(`the demonstration is not made:\n${readFileSync('rivage.log', 'utf8').slice(-2000)}`);
			}
		}
		cpSync(this.made, this.dir, { recursive: true }); // what was made stays untouched, for another house
		this.accounts = readAccounts(join(this.dir, 'demo-accounts'));
		this.server = spawn(this.program, ['serve', '--data', this.dir, '--listen', `127.0.0.1:${port}`,
			'--key-file', join(this.dir, 'key'), '--clock-file', join(this.dir, 'clock'),
			'--budgets', '0,0,0,0,0'] /* a walk through every page opens more files than a person may */, { stdio: ['ignore', log, log] });
		const base = `http://127.0.0.1:${port}`;

		for (let i = 0; i < 600; i++) {
			if (this.server.exitCode !== null) break;
			try {
				await fetch(`${base}/sign-in`);
				return base;
			} catch {
				await sleep(50);
			}
		}
		throw new Error(`the server does not answer:\n${readFileSync('rivage.log', 'utf8').slice(-2000)}`);
	}

	// The same demonstration once more, on a server and with a clock of its own; the browser and the counts are shared.
	async another() {
		const h = new House();

		Object.assign(h, { browser: this.browser, counted: this.counted, tell: this.tell });
		h.scratch = mkdtempSync(join(this.scratch, 'house-'));
		h.base = await h.#serve(this.made);
		this.others.push(h);
		return h;
	}

	// The time of the rules, from the next request on: "2018-11-20T09:00".
	setClock(time) {
		const file = join(this.dir, 'clock');

		writeFileSync(`${file}.new`, time);
		renameSync(`${file}.new`, file);
	}

	async stop() {
		const server = this.server;

		this.server = null;
		if (!server || server.exitCode !== null) return;
		const ended = new Promise((r) => server.once('exit', r));

		server.kill('SIGTERM');
		await Promise.race([ended, sleep(10000)]);
		this.ok(server.exitCode === 0, 'the server stops when asked', `exit ${server.exitCode}`);
		if (server.exitCode === null) server.kill('SIGKILL');
	}

	async close() {
		if (this.#html.size) await this.vnu();
		for (const h of this.others) await h.stop();
		if (this.browser) await this.browser.close();
		await this.stop();
		if (this.scratch) rmSync(this.scratch, { recursive: true, force: true });
	}

	// ---- people ----

	code(account) {
		return execFileSync(this.program, ['demo', 'code', account, this.dir]).toString().trim();
	}

	// A code of six digits that this account has not used yet.
	async freshCode(account) {
		let code = this.code(account);

		for (let i = 0; i < 70 && code === this.#lastCode.get(account); i++) {
			await sleep(500);
			code = this.code(account);
		}
		this.#lastCode.set(account, code);
		return code;
	}

	// Signs in by the form, as a person does.
	async signIn(page, account) {
		const a = this.accounts.find((x) => x.login === account);

		if (!a) throw new Error(`no demonstration account ${account}`);
		// A code works once, and making the demonstration has perhaps used the one of now.
		for (let tries = 0; tries < 2; tries++) {
			await page.goto(`${this.base}/sign-in`);
			await page.fill('#login', account);
			await page.fill('#password', a.password);
			await page.fill('#code', await this.freshCode(account));
			await page.click('main form .btn[type=submit]');
			if (new URL(page.url()).pathname !== '/sign-in') return;
		}
		throw new Error(`${account} cannot sign in: ${await page.textContent('main')}`);
	}

	// Cookies of an account signed in once for all specs.
	async cookies(account) {
		if (!account) return [];
		if (!this.#sessions.has(account)) {
			const context = await this.context({});

			await this.signIn(await context.newPage(), account);
			this.#sessions.set(account, (await context.cookies()).filter((c) => c.name !== 'lang'));
			await context.close();
		}
		return this.#sessions.get(account);
	}

	// ---- windows ----

	async context({ account, lang = 'fr', width = 1280, javaScript = true, bypassCSP = false, ...more }) {
		const context = await this.browser.newContext({
			viewport: { width, height: 900 },
			locale: lang,
			javaScriptEnabled: javaScript,
			bypassCSP,
			...more,
		});

		context.setDefaultTimeout(15000);
		await context.addCookies([{ name: 'lang', value: lang, url: this.base }, ...(await this.cookies(account))]);
		return context;
	}

	async visit(context, path) {
		const page = await context.newPage();
		const answer = await page.goto(new URL(path, this.base).href);

		return { page, answer, status: answer.status() };
	}

	// ---- what is asked of a page ----

	// Breaches of the Content-Security-Policy or of Trusted Types, and errors of scripts: collected from now on.
	watch(page) {
		const seen = [];

		page.on('console', (m) => {
			if (/Content[- ]Security[- ]Policy|Trusted ?(Types?|HTML|Script)/i.test(m.text())) seen.push(m.text());
		});
		page.on('pageerror', (e) => seen.push(e.message));
		return seen;
	}

	// Violations found by axe; the page's context must have bypassCSP.
	async axe(page) {
		await page.evaluate(axeSource);
		const found = await page.evaluate(() => window.axe.run(document, {
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
			resultTypes: ['violations'],
		}));

		return found.violations.map((v) => `${v.id}: ${v.help} — ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
	}

	// Pixels that stick out sideways, and the first elements that do.
	async overflow(page) {
		return page.evaluate(() => {
			const room = document.documentElement.clientWidth;
			const over = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - room;
			const out = [...document.querySelectorAll('body *')].filter((e) => {
				const r = e.getBoundingClientRect();

				return r.width > 1 && (r.right > room + 1 || r.left < -1) && !e.closest('.skip');
			});

			return over > 0 ? `${over} px: ${out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(' | ')}` : '';
		});
	}

	async screenshot(page, name) {
		mkdirSync('screenshots', { recursive: true });
		await page.screenshot({ path: join('screenshots', `${name}.png`), fullPage: true });
	}

	// Keeps a page's HTML for the checker, which starts once for all of them.
	keep(name, html) {
		this.#html.set(name, html);
	}

	async vnu() {
		const folder = mkdtempSync(join(this.scratch, 'html-'));
		const names = [...this.#html].map(([name, html], i) => {
			writeFileSync(join(folder, `${i}.html`), html);
			return name;
		});
		// vnu exits with 1 when it finds something: what it says is on standard output either way.
		const { stdout } = await promisify(execFile)('java', ['-Xss4m', '-jar', vnuJar, '--errors-only', '--stdout',
			'--format', 'json', folder], { maxBuffer: 64 << 20 }).catch((e) => e);
		const messages = JSON.parse(stdout || '{"messages":[{"url":"0.html","message":"vnu said nothing"}]}').messages;

		names.forEach((name, i) => {
			const mine = messages.filter((m) => m.url.endsWith(`/${i}.html`));

			this.ok(mine.length === 0, `valid HTML: ${name}`,
				mine.slice(0, 5).map((m) => `${m.message} — ${m.extract || ''}`).join('\n'));
		});
		this.ok(!messages.some((m) => m.type === 'non-document-error'), 'the HTML checker ran', stdout.slice(0, 500));
		this.#html.clear();
	}
}

// DIR/demo-accounts: a head, then one account a line: login, password, role, office, name, secret; parted by tabs.
export function readAccounts(file) {
	const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n').map((l) => l.split('\t'));

	return lines.map((cells) => Object.fromEntries(cells.map((c, i) => [head[i], c])));
}
