// script.spec.mjs — assets/app.js in a real browser, under the strict policies, on pages made here: no server, so
// that every answer a server could give is tried.
import { readFileSync } from 'node:fs';

const base = 'http://127.0.0.1:9'; // nothing is asked there: every request is answered below
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const sentences = Object.entries({
	saved: 'Brouillon enregistré à {time}.',
	unsaved: 'Modifications pas encore enregistrées.',
	refused: 'Brouillon non enregistré : une réponse est à revoir. Votre texte est toujours là.',
	failed: 'Brouillon non enregistré : pas de réponse du serveur. Votre texte est toujours là, nous réessayons.',
	idle: 'Sans action de votre part, la session se termine dans cinq minutes. Ce qui est écrit est gardé.',
	stay: 'Continuer',
	ended: 'Votre session est terminée. Reconnectez-vous : ce qui est écrit ici sera repris.',
	offline: 'Pas de réseau : ne fermez pas cette page, votre texte est toujours là.',
}).map(([name, words]) => `data-t-${name}="${words}"`).join(' ');
const attribute = (v) => JSON.stringify(v).replace(/"/g, '&quot;');

// A window with one page; `answer(request)` decides about everything but the page and the assets.
async function open(house, { body, attributes = 'data-idle="900"', answer, clock }) {
	const context = await house.browser.newContext();
	const asked = [];

	await context.route('**/*', async (route) => {
		const request = route.request();
		const { pathname } = new URL(request.url());

		if (pathname.startsWith('/assets/'))
			return route.fulfill({ path: `.${pathname}`, contentType: pathname.endsWith('css') ? 'text/css' : 'text/javascript' });
		if (pathname === '/page' && request.method() === 'GET')
			return route.fulfill({
				contentType: 'text/html; charset=utf-8',
				headers: { 'content-security-policy': policy },
				body: `<!DOCTYPE html><html lang="fr"><head><title>x</title><link rel="stylesheet" href="/assets/app.css">
<script src="/assets/app.js" defer></script></head><body ${sentences} ${attributes}><main>${body}</main></body></html>`,
			});
		asked.push({ method: request.method(), path: pathname, body: request.postData() || '', draft: request.headers()['x-draft'] });
		return route.fulfill(answer ? answer(request) : { status: 204 });
	});
	const page = await context.newPage();
	const seen = house.watch(page);

	if (clock) await page.clock.install({ time: new Date('2018-11-20T09:00:00Z') });
	await page.goto(`${base}/page`);
	return { context, page, asked, seen };
}

const shown = (page, id) => page.isVisible(`#${id}`);

async function relevance(house) {
	const conditions = [
		// id, condition, what to do, shown before, shown after
		['eq', { field: 'one', op: '=', value: 'YES' }, (p) => p.check('[name=one][value=YES]'), false, true],
		['ne', { field: 'one', op: '!=', value: 'YES' }, (p) => p.check('[name=one][value=YES]'), true, false],
		['sel', { field: 'many', op: 'selected', value: 'B' }, (p) => p.check('[name=many][value=B]'), false, true],
		['nsel', { field: 'many', op: 'not_selected', value: 'B' }, (p) => p.check('[name=many][value=B]'), true, false],
		['empty', { field: 'text', op: 'empty', value: '' }, (p) => p.fill('[name=text]', 'x'), true, false],
		['filled', { field: 'text', op: 'not_empty', value: '' }, (p) => p.fill('[name=text]', ' x '), false, true],
		['blank', { field: 'text', op: 'not_empty', value: '' }, (p) => p.fill('[name=text]', '   '), false, false],
		['less', { field: 'amount', op: '<', value: '1500' }, (p) => p.fill('[name=amount]', '1 234,50'), false, true],
		['more', { field: 'amount', op: '>=', value: '1234.5' }, (p) => p.fill('[name=amount]', '1234,50'), false, true],
		['arabic', { field: 'amount', op: '<', value: '18' }, (p) => p.fill('[name=amount]', '١٦'), false, true],
		['persian', { field: 'amount', op: '=', value: '1234.5' }, (p) => p.fill('[name=amount]', '۱٬۲۳۴٫۵'), false, true],
		['tens', { field: 'amount', op: '>', value: '9' }, (p) => p.fill('[name=amount]', '10'), false, true],
		['day', { field: 'day', op: '<', value: '2018-05-02' }, (p) => p.fill('[name=day]', '2018-05-01'), false, true],
		['past', { field: 'day', op: '<=', value: 'today-30' }, (p) => p.fill('[name=day]', '2018-10-21'), false, true],
		['recent', { field: 'day', op: '<=', value: 'today-30' }, (p) => p.fill('[name=day]', '2018-10-22'), false, false],
		['unknown', { field: 'day', op: '=', value: 'UNKNOWN' }, (p) => p.check('[name="day.unknown"]'), false, true],
		['given', { field: 'lands', op: 'selected', value: 'NG' }, (p) => p.uncheck('[name=lands][value=NG]'), true, false],
		['next', { field: 'lands', op: 'selected', value: 'FR' }, (p) => p.selectOption('select[name=lands]', 'FR'), false, true],
		['none', { field: 'lands', op: 'empty' }, (p) => p.uncheck('[name=lands][value=NG]'), false, true],
		['and', { and: [{ field: 'one', op: '=', value: 'YES' }, { field: 'text', op: 'not_empty' }] },
			async (p) => { await p.check('[name=one][value=YES]'); await p.fill('[name=text]', 'x'); }, false, true],
		['or', { or: [{ field: 'one', op: '=', value: 'YES' }, { field: 'text', op: 'not_empty' }] },
			(p) => p.fill('[name=text]', 'x'), false, true],
		['chain', { field: 'later', op: 'not_empty' }, async (p) => {
			await p.check('[name=one][value=YES]');
			await p.fill('[name=later]', 'x');
			await p.check('[name=one][value=NO]');
		}, false, false],
	];
	const inputs = `<form method="post" action="/save">
<input type="radio" name="one" value="YES"><input type="radio" name="one" value="NO">
<input type="checkbox" name="many" value="A"><input type="checkbox" name="many" value="B">
<input type="text" name="text"><input type="text" name="amount"><input type="date" name="day">
<input type="checkbox" name="day.unknown" value="UNKNOWN">
<input type="checkbox" name="lands" value="NG" checked><select name="lands"><option value=""><option value="NG"><option value="FR"></select>
<div id="later" data-relevant="${attribute({ field: 'one', op: '=', value: 'YES' })}"><input type="text" name="later"></div>
TESTED</form>`;

	for (const [id, condition, act, before, after] of conditions) {
		const { context, page, seen } = await open(house, {
			attributes: 'data-today="2018-11-20" data-idle="900"',
			body: inputs.replace('TESTED', `<p id="tested" data-relevant="${attribute(condition)}">asked</p>`),
		});

		house.ok((await shown(page, 'tested')) === before, `relevance ${id}: before`);
		await act(page);
		house.ok((await shown(page, 'tested')) === after, `relevance ${id}: after`);
		house.ok(seen.length === 0, `relevance ${id}: no breach of policy`, seen.join('\n'));
		await context.close();
	}
}

async function rows(house) {
	const here = attribute({ field: 'present', op: '=', value: 'YES' });
	const code = attribute({ field: 'code', op: '=', value: 'B' });
	const { context, page } = await open(house, {
		body: `<form method="post" action="/save"><select name="present"><option></option><option selected>YES</option></select><table><tbody>
${['A', 'B'].map((r) => `<tr data-row="risks.${r}"><td><select id="p${r}" name="risks.${r}.present"><option></option><option>YES</option></select></td>
<td id="c${r}" data-relevant="${here}"><input name="risks.${r}.note"></td><td id="k${r}" data-relevant="${code}">x</td></tr>
<tr data-row="risks.${r}"><td><span id="m${r}" data-relevant="${here}">x</span></td></tr>`).join('')}</tbody></table></form>`,
	});

	house.ok(!(await shown(page, 'cA')) && !(await shown(page, 'cB')), 'a row asks itself before the whole form');
	await page.selectOption('#pB', 'YES');
	house.ok(!(await shown(page, 'cA')) && (await shown(page, 'cB')), 'a row answers for itself only');
	house.ok(!(await shown(page, 'mA')) && (await shown(page, 'mB')), 'a row that stands in two places is one row');
	house.ok(!(await shown(page, 'kA')) && (await shown(page, 'kB')), 'a row of a grid knows its code');
	await context.close();
}

const form = `<form method="post" action="/save" data-autosave="1"><input type="hidden" name="record" value="7">
<input type="hidden" name="action" value="a question called action"><textarea name="story"></textarea>
<p class="buttons"><button name="do" value="file">Save</button></p></form>`;

async function autosave(house) {
	const outcomes = [
		[{ status: 204 }, 'Brouillon enregistré'],
		[{ status: 303, headers: { location: '/page' } }, 'Brouillon enregistré'],
		[{ status: 422 }, 'une réponse est à revoir'],
		[{ status: 401 }, 'Votre session est terminée'],
		[{ status: 500 }, 'nous réessayons'],
	];

	for (const [reply, words] of outcomes) {
		const { context, page, asked, seen } = await open(house, { body: form, answer: () => reply, clock: true });

		await page.clock.runFor(21000);
		house.ok(asked.length === 0, `autosave ${reply.status}: nothing typed, nothing sent`);
		await page.fill('textarea', 'Une histoire');
		house.ok((await page.textContent('.state')).includes('pas encore'), `autosave ${reply.status}: says that it is not saved`);
		await page.clock.runFor(21000);
		await page.waitForFunction((w) => document.querySelector('.state').textContent.includes(w), words).catch(() => {});
		house.ok((await page.textContent('.state')).includes(words), `autosave ${reply.status}: says so`, await page.textContent('.state'));
		const sent = new URLSearchParams(asked[0] && asked[0].body);

		house.ok(asked.length === 1 && asked[0].path === '/save' && asked[0].draft === '1' && sent.get('do') === 'draft' &&
			sent.get('story') === 'Une histoire' && sent.get('record') === '7', `autosave ${reply.status}: sends the draft`, JSON.stringify(asked));
		house.ok((await page.inputValue('textarea')) === 'Une histoire', `autosave ${reply.status}: the text stays`);
		await page.clock.runFor(21000);
		await page.waitForTimeout(50);
		const saved = reply.status === 204 || reply.status === 303;

		house.ok(asked.length === (saved ? 1 : 2), `autosave ${reply.status}: ${saved ? 'not sent twice' : 'tried again'}`, asked.length);
		house.ok(seen.length === 0, `autosave ${reply.status}: no breach of policy`, seen.join('\n'));
		await context.close();
	}
}

async function leaving(house) {
	for (const [typed, asks] of [['', false], ['x', true]]) {
		const { context, page } = await open(house, { body: form });
		let asked = false;

		page.on('dialog', (d) => {
			asked = d.type() === 'beforeunload';
			d.accept();
		});
		if (typed) await page.locator('textarea').pressSequentially(typed);
		else await page.click('textarea');
		const closed = page.waitForEvent('close');

		await page.close({ runBeforeUnload: true });
		await closed;
		house.ok(asked === asks, `leaving ${typed ? 'asks' : 'asks nothing'}`);
		await context.close();
	}
}

async function sentOnce(house) {
	let hold;
	const held = new Promise((r) => (hold = r));
	const { context, page, asked } = await open(house, { body: form, answer: () => ({ status: 200, contentType: 'text/html', body: 'ok' }) });

	await context.route('**/save', async (route) => {
		await held;
		await route.fallback();
	});
	await page.fill('textarea', 'x');
	const disabled = await page.evaluate(async () => {
		const button = document.querySelector('button');

		button.click();
		button.click();
		await new Promise((r) => setTimeout(r, 50));
		button.click();
		return button.disabled;
	});

	house.ok(disabled, 'the button of a form being sent is off');
	hold();
	await page.waitForURL('**/save');
	house.ok(asked.length === 1 && asked[0].body.includes('do=file'), 'a form pressed three times is sent once, with its button', JSON.stringify(asked));
	await context.close();
}

async function idle(house) {
	const quiet = await open(house, { body: '<p>x</p>', clock: true });

	await quiet.page.clock.runFor(590000);
	house.ok((await quiet.page.locator('.idle:visible').count()) === 0, 'nothing is said ten minutes in');
	await quiet.page.clock.runFor(20000);
	house.ok((await quiet.page.textContent('.idle')).includes('cinq minutes'), 'five minutes before the end it is said');
	await quiet.page.click('.idle button');
	await quiet.page.waitForSelector('.idle', { state: 'hidden' });
	house.ok(quiet.asked.some((a) => a.path === '/account'), 'staying asks the server');
	await quiet.page.clock.runFor(290000);
	house.ok((await quiet.page.locator('.idle:visible').count()) === 0, 'staying starts the time again');
	const again = quiet.page.waitForEvent('framenavigated');

	await quiet.page.clock.runFor(700000);
	await again;
	house.ok(true, 'a page left alone goes back to the server, which asks to sign in');
	house.ok(quiet.seen.length === 0, 'idle: no breach of policy', quiet.seen.join('\n'));
	await quiet.context.close();

	const typing = await open(house, { body: '<form method="post" action="/save"><textarea name="t"></textarea></form>', clock: true });

	await typing.page.fill('textarea', 'not lost');
	await typing.page.clock.runFor(1000000);
	house.ok((await typing.page.textContent('.idle')).includes('terminée') && (await typing.page.inputValue('textarea')) === 'not lost',
		'text that was not saved stays on the screen after the end');
	await typing.context.close();
}

async function exit(house) {
	const body = '<form method="post" action="/save"><textarea name="t"></textarea></form><p class="exit"><a href="/quick-exit">Quitter</a></p>';
	const away = () => ({ status: 200, contentType: 'text/html', body: 'news' });

	for (const [name, act] of [
		['the link', (page) => page.click('.exit a')],
		['Shift three times', async (page) => { for (let i = 0; i < 3; i++) await page.keyboard.press('Shift'); }],
	]) {
		const { context, page } = await open(house, { body, attributes: '', answer: away });
		let asked = false;

		page.on('dialog', (d) => {
			asked = true;
			d.dismiss();
		});
		await page.locator('textarea').pressSequentially('x');
		await act(page);
		await page.waitForURL('**/quick-exit');
		house.ok(!asked, `${name} leaves without a question`);
		await page.goBack();
		house.ok(!page.url().endsWith('/page'), `${name}: the page is not behind "back"`, page.url());
		await context.close();
	}
	const { context, page } = await open(house, { body, attributes: '', answer: away });

	await page.locator('textarea').pressSequentially('ABC');
	for (const key of ['Shift', 'a', 'Shift', 'b', 'Shift']) await page.keyboard.press(key);
	await page.waitForTimeout(100);
	house.ok(page.url().endsWith('/page'), 'capital letters do not leave');
	await context.close();
}

async function summary(house) {
	const { context, page } = await open(house, {
		body: `<div class="note err" role="alert" tabindex="-1" autofocus><ul><li><a href="#a.b">x</a></li></ul></div>
<form method="post" action="/save"><input id="a.b" name="a.b" aria-invalid="true"></form><button type="button" data-print>Imprimer</button>`,
	});

	house.ok(await page.evaluate(() => document.activeElement.matches('.note.err')), 'the summary of errors has the focus');
	await page.click('.note a');
	await page.waitForTimeout(20);
	house.ok(await page.evaluate(() => document.activeElement.id === 'a.b'), 'its links go into the input');
	await page.evaluate(() => (window.print = () => (document.title = 'printed')));
	await page.click('[data-print]');
	house.ok((await page.title()) === 'printed', 'a print button prints');
	await context.close();
}

export default async function (house) {
	house.ok(readFileSync('assets/app.js', 'utf8').match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/) === null, 'no markup from text');
	for (const part of [relevance, rows, autosave, leaving, sentOnce, idle, exit, summary]) {
		try {
			await part(house);
		} catch (e) {
			house.ok(false, `${part.name} runs to its end`, e.stack);
		}
	}
}
