// held.mjs — files that must not move on: a minor, a person whose age is in doubt, a person who no longer wishes to
// return; each at its gate, with its sentence, on the people of the demonstration and on two referrals entered by staff.
import * as people from './people.mjs';
import { Walk } from './walk.mjs';

const minor = "The person is a minor, or her age is in doubt: the file is held until the children's path is open.";
const wish = 'The person no longer wishes to return.';

// Looks for a person of the demonstration in the list of files.
async function find(w, name, bar) {
	const page = await w.open('coo', '/cases?sort=code');

	for (;;) {
		const row = page.locator('tbody tr').filter({ hasText: name });

		if (await row.count()) {
			const link = row.locator('th a').first();

			w.id = new URL(await link.getAttribute('href'), w.house.base).pathname.split('/').pop();
			w.code = (await link.textContent()).replace(/[^\w-]/g, '');
			w.bar = { name, assignee: '', country: '', ...bar };
			return;
		}
		await w.click(page, 'a[rel=next]');
	}
}

// A referral told on the phone, entered by the case manager, answered by the coordinator.
async function byPhone(w, answers, triage) {
	const page = await w.open('cmf1', '/referrals/new');
	const sent = await w.send(page, 'form[action="/referrals/new"]', answers);

	w.ok(sent.status() === 200, 'a referral is entered after a call', `${sent.status()} ${await w.refusal(page)}`);
	await find(w, answers.given_name, { stage: 'Referral' });
	await w.file('coo', 'TRI', triage);
}

async function held(w, account, to) {
	const page = await w.open(account, w.kase);

	w.ok((await w.text(page, 'main .note.warn')).includes(w.t("This person is a minor, or her age is in doubt. The file is held until the children's path is open.")),
		'the file says at its head that it is held');
	w.ok((await w.text(page, '.idbar')).includes(w.t('Minor, or age in doubt')), 'and so does the bar');
	await w.refused(account, to, minor);
}

async function minors(w) {
	await find(w, 'Ilyas', { stage: 'Referral' });
	await held(w, 'cpf', 'screen');
	const child = { ...people.referral(people.women.ify), given_name: 'Mariama', birth_date: '2003-06-01', age_certainty: 'DECLARED', immig_status: 'MIN_ASE', protective_measure: 'ASE', minor_status: 'UAM', guardian_type: 'TUT_DEPT' };

	await byPhone(w, child, { ...people.triage, maybe_minor: 'YES', protective_measure: 'ASE' });
	await held(w, 'coo', 'screen');
	const doubt = { ...people.referral(people.women.ify), given_name: 'Kadiatou', birth_date: 'UNKNOWN', age_certainty: 'DISPUTED', age_lower: 17, age_estimate: 19, protective_measure: 'NONE', minor_status: 'UNKNOWN', guardian_type: 'UNKNOWN' };

	await byPhone(w, doubt, people.triage);
	await held(w, 'coo', 'screen');
}

// Whatever else is missing, the wish is among what is missing; what is left to do prepares no return.
async function stopped(w, account, to, form) {
	const page = await w.open(account, w.kase);
	const gate = await w.text(page, '.gate');
	const todo = await page.$$eval('.todo a', (all) => all.map((a) => a.href.split('/').pop()));

	w.ok(gate.includes(w.t(wish)), `the gate “${to}” lacks the wish`, gate);
	w.ok((await w.text(page, 'main .note.warn')).includes(w.t('The person no longer wishes to return. Preparations have stopped.')), 'the file says at its head that preparations have stopped');
	w.ok(!todo.includes(form), 'nothing is left to do for a return', todo.join(' '));
	const answer = await w.presses(page, to);

	w.ok(answer.status() === 422, `${account} presses “${to}”: refused`, answer.status());
	await w.checkBar(await w.open(account, w.kase), account, `after the refusal of “${to}”`);
}

async function withdrawals(w) {
	await byPhone(w, { ...people.referral(people.women.ify), given_name: 'Blessing' }, people.triage);
	await w.file('coo', 'WDR', people.withdrawal);
	await w.refused('coo', 'screen', wish);
	for (const [name, stage, account, to, form] of [
		['Aya', 'Decision', 'coo', 'plan', 'DEC'],
		['Vinh', 'Planning', 'cmf1', 'ready', 'F09'],
	]) {
		await find(w, name, { stage });
		await w.file('coo', 'WDR', people.withdrawal);
		await stopped(w, account, to, form);
	}
}

export async function heldFiles(house, start, lang, hand) {
	const w = new Walk(house, { name: 'Held', lang, hand, start });

	try {
		await minors(w);
		await withdrawals(w);
	} catch (e) {
		w.ok(false, 'the scenarios come to their end', e.stack);
	}
	await w.close();
	await house.stop();
	w.verify();
}
