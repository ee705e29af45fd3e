// walk.mjs — several people at work on one file, each signed in in a window of their own, on a house whose clock the
// walk moves.  Every act is done as a person does it (pages, links, forms, buttons) and looked at afterwards.
import { execFileSync } from 'node:child_process';
import { Filler } from './filler.mjs';
import { plain, Words } from './words.mjs';

// Roles whose work needs no name: the bar shows them the code alone.
const nameless = new Set(['rsk', 'fin']);

// Chromium's word that a page was replaced before its transition was drawn: nothing of ours.
const undrawn = /^Transition was (aborted|skipped)/;

const go = { waitUntil: 'domcontentloaded' };

export class Walk {
	windows = new Map(); // account → its page
	unexpected = []; // answers over 400 that nobody expected
	policy = []; // breaches of the Content-Security-Policy, errors of scripts
	errors = []; // what the console says in red
	acts = 0;

	// hand: how text and figures are typed; person: the name used, as it must stand on every page of the file.
	constructor(house, { name, lang, javaScript = true, hand, start }) {
		Object.assign(this, { house, name, lang, javaScript, hand, start, words: new Words(lang) });
		this.t = (english, args) => plain(this.words.t(english, args));
		this.day(0);
	}

	ok(condition, what, detail) {
		return this.house.ok(condition, `${this.name}: ${what}`, detail);
	}

	// ---- the clock ----

	dayOf(n) {
		return new Date(Date.parse(`${this.start}T00:00:00Z`) + n * 86400000).toISOString().slice(0, 10);
	}

	monthsAfter(n, months, days = 0) {
		const d = new Date(Date.parse(`${this.dayOf(n)}T00:00:00Z`));

		d.setUTCMonth(d.getUTCMonth() + months);
		return Math.round((d - Date.parse(`${this.start}T00:00:00Z`)) / 86400000) + days;
	}

	day(n) {
		this.now = n;
		this.today = this.dayOf(n);
		this.house.setClock(`${this.today}T09:00`);
	}

	// ---- windows ----

	async window(account) {
		if (!this.windows.has(account)) {
			const context = await this.house.context({ account: account === 'public' ? undefined : account, lang: this.lang, javaScript: this.javaScript, reducedMotion: 'reduce' });
			const page = await context.newPage();

			this.#listen(page);
			this.windows.set(account, page);
		}
		return this.windows.get(account);
	}

	#listen(page) {
		page.on('dialog', (d) => d.accept());
		page.on('response', (r) => {
			if (r.status() >= 400 && !this.expecting) this.unexpected.push(`${r.status()} ${r.request().method()} ${new URL(r.url()).pathname}`);
		});
		page.on('console', (m) => {
			if (/Content[- ]Security[- ]Policy|Trusted ?(Types?|HTML|Script)/i.test(m.text())) this.policy.push(m.text());
			else if (m.type() === 'error' && !(this.expecting && /status of 4\d\d/.test(m.text()))) this.errors.push(m.text());
		});
		page.on('pageerror', (e) => undrawn.test(e.message) || this.errors.push(e.message));
	}

	async open(account, path) {
		const page = await this.window(account);

		await page.goto(new URL(path, this.house.base).href, go);
		return page;
	}

	// Presses or follows something, and waits for the page that comes.
	async click(page, target) {
		const [answer] = await Promise.all([page.waitForNavigation(go), (typeof target === 'string' ? page.locator(target).first() : target).click()]);

		return answer;
	}

	// A grant asks for password and code when they were typed too long ago.
	async again(page, account) {
		await page.fill('#again_password', this.house.accounts.find((a) => a.login === account).password);
		await page.fill('#again_code', await this.house.freshCode(account));
		return this.click(page, 'main form .btn[type=submit]');
	}

	async text(page, css) {
		return plain(await page.locator(css).first().textContent({ timeout: 3000 }).catch(() => ''));
	}

	// ---- looking at the file ----

	get kase() {
		return `/cases/${this.id}`;
	}

	// The bar that says whose file this is: its code, the name used, the country, the stage, who follows it.
	async checkBar(page, account, what) {
		const bar = await this.text(page, '.idbar');
		const lacks = [this.code, nameless.has(account) ? '' : this.bar.name, this.bar.country, this.t(this.bar.stage), this.bar.assignee].filter((part) => part && !bar.includes(plain(part)));

		return this.ok(lacks.length === 0, `${what}: the identity bar is right`, `lacks ${lacks.join(', ')} in “${bar}”`);
	}

	// The newest entry of the timeline says what was done, by whom, today.
	async checkTimeline(page, account, title, said = '') {
		const entry = await this.text(page, '.tl > li');
		const when = (await this.text(page, '.tl > li .d')).split(' · ')[0];
		const today = await this.text(page, '.demo');
		const who = account === 'public' ? '' : this.house.accounts.find((a) => a.login === account).name;
		const good = entry.includes(plain(title)) && entry.includes(plain(who)) && entry.includes(plain(said)) && when !== '' && today.includes(when);

		this.acts++;
		return this.ok(good, `the timeline holds “${plain(title)}”${said && ` – ${plain(said)}`}`, `newest entry: “${entry}”, today: “${today}”`);
	}

	// ---- forms ----

	// Of forms filled many times, the timeline says which one this was.
	told = {
		F03: (a) => ['CONSENT_KIND', a.kind],
		F14: (a) => ['FOLLOWUP_POINT', a.point],
		RSS: (a) => ['RSS_POINT', a.point],
	};

	async filler() {
		return new Filler(this.words, this);
	}

	// Answers the form of the page and presses its button.
	async send(page, selector, answers, button = 'button.btn[name=do][value=file]') {
		const filler = await this.filler();
		const left = await filler.fill(page, selector, answers);

		this.ok(left.length === 0, `${selector.match(/[A-Z0-9]+(?="])/) || 'form'}: every answer finds its question`, left.join(', '));
		return this.click(page, page.locator(selector).locator(button).last());
	}

	async refusal(page) {
		return plain(await page.locator('.note.err').allTextContents().then((all) => all.join(' ')));
	}

	// Fills and files a form of the case; why: the reason of a correction.
	async file(account, form, answers = {}, why) {
		const page = await this.open(account, `${this.kase}/forms/${form}`);
		const selector = `form[action$="/forms/${form}"]`;
		const title = await this.text(page, 'h1');

		// What says where the person is comes when asked for.
		const hidden = page.locator(`${selector} button[name=do][value=reveal]`);

		if (why && (await hidden.count())) await this.click(page, hidden);
		if (why) await page.fill('#reason', why);
		const answer = await this.send(page, selector, answers);
		const saved = await this.text(page, 'main .note.ok');
		const notice = this.t(form === 'WDR' ? 'Recorded: the person no longer wishes to return. Nothing that was promised is lost.' : 'Saved.');

		if (!this.ok(answer.status() === 200 && saved.includes(notice), `${account} files ${form}`, `${answer.status()} ${await this.refusal(page)}`))
			throw new Error(`${this.name}: ${form} cannot be filed`);
		await this.checkBar(page, account, form);
		await this.checkTimeline(page, account, title, this.told[form] && this.words.codeLabel(...this.told[form](answers)));
	}

	// Fills and files a form that the file refuses: the same page again, with the sentence at its question.
	async sentBack(account, form, answers, sentence) {
		const page = await this.open(account, `${this.kase}/forms/${form}`);

		this.expecting = true;
		const answer = await this.send(page, `form[action$="/forms/${form}"]`, answers);

		this.expecting = false;
		this.ok(answer.status() === 422 && (await this.refusal(page)).includes(this.t(sentence)), `${account} files ${form}: refused, “${this.t(sentence)}”`,
			`${answer.status()} ${await this.refusal(page)}`);
	}

	// ---- moving on ----

	move(page, to) {
		return page.locator('form[action$="/move"]').filter({ has: page.locator(`input[name=to][value="${to}"]`) }).locator('button');
	}

	// Either answer is one that the caller judges.
	async presses(page, to) {
		this.expecting = true;
		const answer = await this.click(page, this.move(page, to));

		this.expecting = false;
		return answer;
	}

	// Presses the button of the next step while something is missing: one sentence says what, and nothing moves.
	async refused(account, to, sentence, arg) {
		const page = await this.open(account, this.kase);
		const expected = this.t(sentence, { arg: arg && this.words.spoken(arg) });

		const answer = await this.presses(page, to);
		const said = await page.locator('main p:not(:has(a))').allTextContents();

		this.ok(answer.status() === 422 && plain(said.join('\n')) === expected, `${account} presses “${to}”: refused, “${expected}”`,
			`${answer.status()} “${plain(said.join(' | '))}”`);
		await this.checkBar(page, account, 'refused');
		await this.click(page, `main a[href="${this.kase}"]`);
		await this.checkBar(page, account, `after the refusal of “${to}”`);
	}

	// Presses it when all is there.
	async passes(account, to, stage) {
		const page = await this.open(account, this.kase);
		const open = await page.locator('.gate .tag.err').count();

		this.ok(open === 0, `no condition before “${to}” is missing`, await this.text(page, '.gate'));
		const answer = await this.presses(page, to);

		this.ok(answer.status() === 200, `${account} presses “${to}”: the file moves on to “${this.t(stage)}”`, `${answer.status()} ${await this.text(page, 'main')}`);
		if (answer.status() !== 200) throw new Error(`${this.name}: stuck before ${to}`);
		this.bar.stage = stage;
		await this.checkBar(page, account, `after “${to}”`);
		await this.checkTimeline(page, account, this.t('The file moved on'), this.t(stage));
	}

	// ---- at the end ----

	verify() {
		try {
			execFileSync(this.house.program, ['audit', 'verify', this.house.dir], { stdio: 'pipe' });
			this.ok(true, 'the audit verifies');
		} catch (e) {
			this.ok(false, 'the audit verifies', `${e.stdout}${e.stderr}`);
		}
	}

	async close() {
		this.ok(this.unexpected.length === 0, 'no page is refused or fails unasked', this.unexpected.join('\n'));
		this.ok(this.policy.length === 0, 'no breach of the Content-Security-Policy or of Trusted Types', this.policy.join('\n'));
		this.ok(this.errors.length === 0, 'no error on any console', this.errors.join('\n'));
		for (const page of this.windows.values()) await page.context().close();
		this.windows.clear();
	}
}
