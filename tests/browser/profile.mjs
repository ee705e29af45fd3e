// profile.mjs PORT PROFILE JOB — a browser with a profile of its own: signs in and works, or fills the public referral, with
// the strings of JOB (JSON), then signs out or leaves by the quick exit, and ends as people end it.  tests/abuse/profile.py
// searches what it leaves behind.
import { chromium } from 'playwright-core';

const [port, profile, text] = process.argv.slice(2);
const job = JSON.parse(text);
const at = (path) => `http://127.0.0.1:${port}${path}`;
const context = await chromium.launchPersistentContext(profile, {
	executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update'],
	viewport: { width: 1000, height: 800 }, locale: 'en-GB', javaScriptEnabled: job.scripts,
});
const page = context.pages()[0] || (await context.newPage());
const said = [];
let typed = 0;
const type = async (name, value) => {
	const field = page.locator(`[name="${name}"]`).first();

	if (!(await field.count()) || !(await field.isVisible())) return; // what another answer asks for first
	await field.fill(value);
	typed++;
};

if (job.login) {
	await page.goto(at('/sign-in'));
	await type('login', job.login);
	await type('password', job.password);
	await type('code', job.code);
	await page.locator('main button[type=submit]').first().click();
	for (const path of job.pages) {
		await page.goto(at(path));
		said.push(await page.content());
	}
	await page.goto(at('/'));
	await type('q', job.words);
	await page.locator('form[action="/search"] button').first().click();
	said.push(await page.content());
	await page.goto(at(job.form));
	for (const [name, value] of Object.entries(job.typed)) await type(name, value);
	await page.locator('button[name=do][value=draft]').first().click();
	await page.locator('form[action="/sign-out"] button').first().click();
} else {
	await page.goto(at('/signaler/formulaire'));
	for (const [name, value] of Object.entries(job.typed)) await type(name, value);
	await page.waitForTimeout(1500);
	await page.locator('a[href^="/quick-exit"], form[action="/quick-exit"] button').first().click({ noWaitAfter: true });
}
await page.waitForTimeout(2000);
console.log(JSON.stringify({ url: page.url(), typed, said: said.join('\n') }));
await context.close();
