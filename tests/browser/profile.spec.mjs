// profile.spec.mjs — what a browser keeps in its folder after a person signed out, or left a public page in a hurry: nothing of
// what was typed or read.  Strings of this run's own are typed into every text of a form, searched for, read back; then
// the browser is closed, and every file of its profile is searched in every spelling.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const letter = () => String.fromCharCode(97 + Math.floor(Math.random() * 26));
const marker = `Kx${Array.from({ length: 6 }, letter).join('')}éWj`;

// How a text may lie in a file.  Base64 has three: it depends on what stands before.
function spellings(text) {
	const raw = Buffer.from(text);
	const all = [raw, Buffer.from(encodeURIComponent(text)), Buffer.from(encodeURIComponent(text).toLowerCase()), Buffer.from(text, 'utf16le'),
		Buffer.from(text, 'utf16le').swap16(), Buffer.from(text, 'latin1'), Buffer.from(JSON.stringify(text).slice(1, -1)),
		Buffer.from(text.replace('é', '\\u00e9')), Buffer.from(text.replace('é', '&#233;')), Buffer.from(text.toLowerCase()),
		Buffer.from(raw.toString('hex')), Buffer.from(text.normalize('NFD'))];

	for (let shift = 0; shift < 3; shift++) {
		const whole = Buffer.concat([Buffer.alloc(shift), raw]).toString('base64');
		const inner = whole.slice(shift ? 4 : 0, -4); // groups that no neighbour changes

		all.push(Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
	}
	return all;
}

const patterns = spellings(marker);

// [files, what was found where]
function search(folder) {
	const hits = [];
	let files = 0;

	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const bytes = readFileSync(join(entry.parentPath ?? entry.path, entry.name));

		files++;
		for (const pattern of patterns) {
			const at = bytes.indexOf(pattern);

			if (at >= 0) hits.push(`${entry.parentPath ?? entry.path}/${entry.name}: ${bytes.subarray(Math.max(0, at - 40), at + 60).toString('latin1').replace(/[^ -~]+/g, '.')}`);
		}
	}
	return [files, hits];
}

// Into every control that takes text.
async function fillAll(page, form) {
	let filled = 0;

	for (const box of await page.locator(`${form} textarea:visible, ${form} input[type=text]:visible, ${form} input[type=search]:visible`).all()) {
		await box.pressSequentially(`${marker}${filled}`.slice(0, Number(await box.getAttribute('maxlength')) || 100));
		filled++;
	}
	return filled;
}

// Signed in: a form with its draft saved, then filed; the search; the page read; signed out.
async function work(house, page, scripts) {
	const w = (path) => page.goto(`${house.base}${path}`);

	await house.signIn(page, 'coo');
	await w('/referrals/new');
	const filled = await fillAll(page, 'main form');

	house.ok(filled >= 5, `the referral: ${filled} texts typed`);
	if (scripts) { // without them a form that comes back stays in the history of the tab: docs/adr/0024
		await Promise.all([page.waitForLoadState(), page.click('main form .btn[value=file]')]);
		house.ok((await page.content()).includes(marker), 'and shown again with what is missing');
	}
	await w('/');
	const q = page.locator('form[action="/search"] input[name=q]').first();

	await q.fill(marker);
	await q.press('Enter');
	await page.waitForLoadState();
	house.ok(page.url().includes('/search/'), 'searched', page.url());
	await w('/cases');
	const form = `${await page.locator('main tbody a[href^="/cases/"]').first().getAttribute('href')}/forms/F04`;

	await w(form);
	house.ok(await fillAll(page, 'main form[data-autosave]'), 'a form typed');
	await page.click('main form .btn.sec[value=draft]');
	await page.waitForLoadState();
	await w('/');
	await w(form);
	await page.goBack({ waitUntil: 'commit' });
	await w('/');
	await page.locator('form[action="/sign-out"] button').first().click();
	await page.waitForURL('**/sign-in**');
	house.ok(true, 'signed out');
}

async function hurry(house, page) {
	await page.goto(`${house.base}/signaler`);
	await page.goto(`${house.base}/signaler/formulaire`);
	const filled = await fillAll(page, 'main form');

	house.ok(filled >= 5, `the public form: ${filled} texts typed`);
	await page.click('.exit a');
	await page.waitForTimeout(1000);
	house.ok(!page.url().includes('/signaler'), 'left in a hurry', page.url());
}

// Control: what a browser keeps of an address is found.
async function kept(house, page) {
	await page.goto(`${house.base}/signaler?q=${encodeURIComponent(marker)}`);
}

export default async function (house) {
	await house.serve();
	const acts = [['signed out', work, true], ['signed out, no scripts', work, false], ['quick exit', hurry, true], ['quick exit, no scripts', hurry, false],
		['control', kept, true]];

	for (const [name, act, scripts] of acts) {
		const found = act === kept;
		const folder = join(house.scratch, `profile ${name}`);

		mkdirSync(folder);
		const context = await house.profile(folder, scripts);

		try {
			await act(house, context.pages()[0] || (await context.newPage()), scripts);
		} finally {
			await context.close();
		}
		const [files, hits] = search(folder);

		house.ok(files > 20 && (hits.length > 0) === found, `${name}: ${files} files of the profile: ${found ? 'it is found' : 'nothing'}`, hits.slice(0, 8).join('\n'));
	}
}
