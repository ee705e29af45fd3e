// journey.mjs — one adult from the public referral to CLOSED, and to ARCHIVED by the clock, through every gate; in French
// and in Arabic, with scripts and without, each on a server and a clock of its own.  Before each step the button is
// pressed while something is missing: one sentence must say what, and the file must not move.
// PAGES=full: both languages both ways; otherwise French with scripts and Arabic without.
import * as people from './people.mjs';
import { heldFiles } from './held.mjs';
import { plain } from './words.mjs';
import { Walk } from './walk.mjs';

const start = '2018-11-20'; // the day of the demonstration

// What a gate says, by gate, in the order in which these journeys meet it.
const says = {
	unfilled: 'The form “{arg}” has not been filled.',
	notAccepted: 'The referral has not been accepted.',
	answer: 'The answer to “{arg}” does not allow this step yet.',
	noReader: 'The first interview has not been read by a second person.',
	readerSame: 'You wrote a part of what is read here: another person must be the second reader.',
	unionCitizen: 'The person also holds a citizenship of the European Union: the coordinator must look at it.',
	noConsent: 'Consent {arg} has not been given.',
	suspended: 'The file is suspended: decide to resume it first.',
	alternatives: 'Not all alternatives to return have been explained.',
	reflection: 'The time to reflect (72 hours after the first wish) is not over.',
	riskUnread: 'The risk assessment waits for its second reader.',
	abroadSilent: 'The office in the country of return has not given its part of the risk assessment.',
	noMeeting: 'The decision meeting has not been recorded.',
	unsigned: 'The reintegration plan has not been signed by the person.',
	ceiling: 'The plan is over the ceiling by {arg} EUR: reduce it, or ask for a derogation.',
	noDocument: 'The travel document has not been issued.',
	healthOpen: 'A health question is open: the file is held until the medical file exists.',
	business: 'The plan holds an income-generating activity: the file is held until its business plan exists.',
	noReceiver: 'Nobody is confirmed to receive the person on arrival: by name, in writing, checked, and accepted by her.',
	riskOld: 'The risks were not checked again in the last 7 days before departure.',
	notReconfirmed: 'The person has not confirmed again that she wishes to leave.',
	reconfirmedOld: 'The confirmation of the wish to leave is older than 72 hours.',
	noWish: 'The person no longer wishes to return.',
	signedTooSoon: 'The return declaration was signed before the time to reflect was over: sign it again.',
	notBoarded: 'Whether the person boarded is not recorded yet.',
	notReached: 'The person herself has not been reached since landing.',
	notReviewed: 'The form “{arg}” has not been reviewed since the arrival.',
	retention: 'The time for keeping the file is not over.',
};

// ---- the public door, triage, assignment ----

async function triageCodes(w) {
	const page = await w.open('coo', '/triage');

	return page.$$eval('tbody th a', (all) => all.map((a) => ({ code: a.textContent.replace(/[^\w-]/g, ''), path: new URL(a.href).pathname })));
}

async function refer(w, p) {
	const before = new Set((await triageCodes(w)).map((r) => r.code));
	let page = await w.open('public', '/signaler');

	w.ok(/17/.test(await w.text(page, '.note.err')) && /119/.test(await w.text(page, '.note.err')), 'the public door names 17 and 119 first');
	await w.click(page, 'a[href="/signaler/formulaire"]');
	const answer = await w.send(page, 'form[action="/signaler/formulaire"]', people.referral(p));
	const receipt = await w.text(page, '.note.ok strong');

	w.ok(answer.status() === 200 && /^[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}$/.test(receipt), 'the referral is received, without an account, with a receipt code',
		`${answer.status()} “${receipt}” ${await w.refusal(page)}`);
	w.ok(await page.locator('.exit a').isVisible(), 'the public pages can be left at once');
	const fresh = (await triageCodes(w)).filter((r) => !before.has(r.code));

	if (!w.ok(fresh.length === 1, 'the coordinator finds the referral', JSON.stringify(fresh))) throw new Error('no referral');
	w.id = fresh[0].path.split('/').pop();
	w.code = fresh[0].code;
	w.bar = { name: `${p.given} ${p.family}`, country: p.countryName, stage: 'Referral', assignee: '' };
	page = await w.open('coo', fresh[0].path);
	await w.checkBar(page, 'coo', 'triage');
	w.ok((await w.text(page, 'main')).includes(plain(p.family)), 'triage shows what was told');
}

async function assign(w, select, account) {
	const page = await w.open('coo', `${w.kase}/assign`);
	const { name } = w.house.accounts.find((a) => a.login === account);

	await page.selectOption(`#${select}`, { label: name });
	let answer = await w.click(page, 'main form .btn[type=submit]');

	if (await page.locator('#again_password').count()) answer = await w.again(page, 'coo');
	w.ok(answer.status() === 200, `the coordinator assigns the file to ${name}`, answer.status());
	if (select === 'here') w.bar.assignee = name;
	await w.checkBar(page, 'coo', 'assigned');
	await w.checkTimeline(page, 'coo', w.t('The file was assigned'));
}

async function intake(w, p) {
	await refer(w, p);
	w.day(1);
	await w.refused('coo', 'screen', says.unfilled, 'TRI');
	await w.file('coo', 'TRI', { ...people.triage, triage_action: 'ORIENT', decline_reason: 'OTHER_HELP', oriented_to: 'Exemple : permanence juridique' });
	await w.refused('coo', 'screen', says.notAccepted);
	await w.file('coo', 'TRI', { triage_action: 'ACCEPT', next_contact_on: '@today+2' }, 'Exemple : elle a rappelé et souhaite venir');
	await assign(w, 'here', 'cmf1');
	await w.passes('cmf1', 'screen', 'First interviews');
}

// ---- interviews, counselling, 72 hours ----

async function interviews(w, p) {
	w.day(4);
	await w.refused('cmf1', 'counsel', says.unfilled, 'F02');
	await w.file('cmf1', 'F02', people.interview(p));
	await w.refused('cmf1', 'counsel', says.noReader);
	await w.sentBack('cmf1', 'F02R', { agree: 'YES' }, says.readerSame);
	await w.file('coo', 'F02R', { agree: 'YES' });
	if (p.citizenship.length > 1) await waiver(w);
	await w.refused('cmf1', 'counsel', says.noConsent, 'C1');
	await w.file('cmf1', 'F03', people.consent('C1'));
	await w.passes('cmf1', 'counsel', 'Return counselling');
}

// A second citizenship, of the Union: two people may look beyond it, and it stays written.
async function waiver(w) {
	await w.refused('cmf1', 'counsel', says.unionCitizen);
	let page = await w.open('cmf1', `${w.kase}/waivers`);

	await w.click(page, '.gate a.btn');
	let answer = await w.send(page, 'form[action*="/waivers/new"]', {});

	w.ok(answer.status() === 200 && (await w.text(page, '.note.ok')) === w.t('The request is recorded. Another person decides.'), 'the case manager asks for a waiver', await w.refusal(page));
	w.ok((await page.locator('main ol.tl a.btn').count()) === 0, 'who asked for a waiver cannot answer it');
	await w.refused('cmf1', 'counsel', says.unionCitizen);
	page = await w.open('coo', `${w.kase}/waivers`);
	await w.click(page, 'main ol.tl a.btn');
	answer = await w.send(page, 'form[action*="/waivers/"]', { answer: 'APPROVE' });
	w.ok(answer.status() === 200 && (await w.text(page, '.note.ok')) === w.t('Your decision is recorded.'), 'the coordinator grants it', await w.refusal(page));
	page = await w.open('coo', w.kase);
	w.ok((await w.text(page, '.gate .tag.warn')) === w.t('Waived'), 'the waiver shows among the conditions', await w.text(page, '.gate'));
}

async function pause(w) {
	await w.file('cmf1', 'SUSP', { reason: 'HEALTH', review_on: '@today+20' });
	await w.refused('cmf1', 'assess', says.suspended);
	w.ok((await w.text(await w.open('coo', w.kase), '.idbar')).includes(w.t('Suspended')), 'every reader sees that the file is suspended');
	await w.file('cmf1', 'RESUME', { outcome: 'RESUME', ends: 'PAUSE', still_wishes: 'YES', risk_changed: 'NO' });
}

async function counsel(w, { suspended }) {
	w.day(9);
	await w.refused('cmf1', 'assess', says.unfilled, 'F04');
	await w.file('cmf1', 'F04', { ...people.counselling, wish_on: '@today', alternatives_explained: people.everyAlternative.slice(1) });
	await w.refused('cmf1', 'assess', says.alternatives);
	await w.file('cmf1', 'F04', { alternatives_explained: people.everyAlternative }, 'Exemple : la dernière possibilité a été expliquée');
	await w.refused('cmf1', 'assess', says.reflection);
	w.day(11);
	await w.refused('cmf1', 'assess', says.reflection);
	w.day(12);
	if (suspended) await pause(w);
	await w.passes('cmf1', 'assess', 'Assessment');
}

// ---- the file of the country of return, assessments, decision ----

async function openAbroad(w, p) {
	let page = await w.open('cmf1', w.kase);

	w.ok((await page.locator('form[action$="/open-abroad"]').count()) === 0, 'without consent C3 nothing opens abroad');
	await w.file('cmf1', 'F03', people.consent('C3'));
	page = await w.open('cmf1', w.kase);
	const answer = await w.click(page, 'form[action$="/open-abroad"] button');

	w.ok(answer.status() === 200, 'with consent C3 the file of the country of return opens', answer.status());
	await w.checkTimeline(page, 'cmf1', w.t('The file of the country of return was opened'));
	await assign(w, 'abroad', p.officer);
}

async function assess(w, p, { health }) {
	await openAbroad(w, p);
	w.day(14);
	await w.refused('cmf1', 'decide', says.unfilled, 'F05');
	await w.file('cmf1', 'F05', people.risks);
	await w.refused('cmf1', 'decide', says.unfilled, 'F06');
	await w.file('cmf1', 'F06', people.needs);
	await w.refused('cmf1', 'decide', says.unfilled, 'F07');
	await w.file('cmf1', 'F07', people.skills(p));
	await w.refused('cmf1', 'decide', says.unfilled, 'F08');
	await w.file('cmf1', 'F08', { ...people.health, ...(health && { chronic: 'YES', health_flag: 'YES' }) });
	w.day(16);
	await w.refused('cmf1', 'decide', says.riskUnread);
	await w.file(p.officer, 'F05C', people.fromAbroad);
	await w.file('rsk', 'F05R', people.secondRead);
	await w.passes('cmf1', 'decide', 'Decision');
	w.day(18);
	w.ok((await w.move(await w.open('cmf1', w.kase), 'plan').count()) === 0, 'the decision is not the case manager’s to record');
	await w.refused('coo', 'plan', says.noMeeting);
	await w.file('coo', 'DEC', people.meeting);
	await w.passes('coo', 'plan', 'Planning');
}

// ---- consents, plan, follow-up plan, travel file ----

async function preparations(w, p, { health, business }) {
	w.day(22);
	await w.refused('cmf1', 'ready', says.unfilled, 'F10');
	await w.file('cmf1', 'F10', people.plan(people.overCeiling));
	await w.refused('cmf1', 'ready', says.unsigned);
	await w.file('cmf1', 'F10', { signed_on: '@today', signed_by: ['PERSON', 'CMR'] }, 'Exemple : signé aujourd’hui');
	await w.refused('cmf1', 'ready', says.ceiling, '200.00');
	await w.file('cmf1', 'F10', people.plan(business ? people.business : people.vocational), 'Exemple : revu avec elle, sous le plafond');
	await w.refused('cmf1', 'ready', says.unfilled, 'F15');
	await w.file(p.officer, 'F15', people.followUp);
	await w.refused('cmf1', 'ready', says.noConsent, 'C5');
	await w.file('cmf1', 'F03', people.consent('C5'));
	await w.refused('cmf1', 'ready', says.noConsent, 'C9');
	await w.file('cmf1', 'F03', people.consent('C9'));
	await w.refused('cmf1', 'ready', says.noDocument);
	await w.file('trv', 'F09', people.travelAsked);
	await w.refused('cmf1', 'ready', says.noDocument);
	w.day(30);
	await w.file('trv', 'F09', people.travelReady(w.dayOf(45)), 'Exemple : document reçu, billets pris');
	await w.refused('cmf1', 'ready', says.noConsent, 'C4');
	await w.file('cmf1', 'F03', people.consent('C4'));
	if (health) {
		await w.refused('cmf1', 'ready', says.healthOpen);
		await w.file('cmf1', 'F08', { chronic: 'NO', health_flag: 'NO' }, 'Exemple : le médecin lève la question');
	}
	if (business) {
		await w.refused('cmf1', 'ready', says.business);
		await w.file('cmf1', 'F10', people.plan(people.vocational), 'Exemple : formation à la place du commerce');
		await w.refused('cmf1', 'ready', says.unsigned);
		await w.file('cmf1', 'F10', { signed_on: '@today', signed_by: ['PERSON', 'CMR'] }, 'Exemple : signé de nouveau');
	}
	await w.passes('cmf1', 'ready', 'Ready to leave');
}

// ---- departure, arrival ----

// "I no longer wish to return", some days before: preparations stop, whatever was ready; a new interview may take it up
// again, and then there is time to reflect again.
async function changesHerMind(w) {
	const page = await w.open('cmf1', w.kase);

	await w.click(page, `a[href$="/forms/WDR"]`);
	await w.file('cmf1', 'WDR', people.withdrawal);
	const after = await w.open('trv', w.kase);

	w.ok((await w.text(after, '.idbar')).includes(w.t('No longer wishes to return')), 'the travel officer sees the withdrawal on the bar');
	w.ok((await w.text(after, 'main .note.warn')).includes(w.t('The person no longer wishes to return. Preparations have stopped.')), 'and at the head of the file');
	await w.refused('cmf1', 'depart', says.noWish);
	const departures = (await w.open('trv', '/departures')).locator('tbody tr').filter({ hasText: w.code });

	w.ok((await departures.count()) === 0 || (await departures.locator('.tag.err').count()) === 1, 'the calendar of departures does not call her ready');
	await w.file('cmf1', 'F04', { ...people.counselling, done_on: '@today', alternatives_explained: people.everyAlternative }, 'Exemple : elle souhaite de nouveau rentrer');
	await w.file('cmf1', 'F03', people.consent('C4'));
	await w.refused('cmf1', 'depart', says.signedTooSoon);
	w.day(44);
	await w.file('cmf1', 'F03', people.consent('C4'));
	await w.refused('cmf1', 'depart', says.notReconfirmed);
}

async function departure(w, p, { withdraws }) {
	w.day(33);
	await w.refused('cmf1', 'depart', says.noReceiver);
	await w.file(p.officer, 'F09C', people.reception);
	await w.refused('trv', 'depart', says.answer, 'F09.card_given');
	await w.file('trv', 'F09', { card_given: 'YES' }, 'Exemple : carte remise');
	await w.refused('cmf1', 'depart', says.riskOld);
	w.day(40);
	await w.file('cmf1', 'F05', { done_on: '@today' }, 'Vérification dans les sept jours avant le départ');
	await w.refused('cmf1', 'depart', says.notReconfirmed);
	w.day(41);
	await w.file('cmf1', 'VOL', people.stillWishes);
	await w.refused('cmf1', 'depart', says.reconfirmedOld);
	if (withdraws) await changesHerMind(w);
	w.day(44);
	await w.file('cmf1', 'VOL', people.stillWishes);
	await w.refused('cmf1', 'depart', says.riskUnread);
	await w.file('rsk', 'F05R', people.secondRead, 'Exemple : relecture avant le départ');
	w.day(45);
	await w.refused('trv', 'depart', says.notBoarded);
	await w.file('trv', 'F09', { boarded: 'YES', departed_on: '@today' }, 'Exemple : embarquement confirmé');
	await w.passes('trv', 'depart', 'Travelling');
}

async function arrival(w, p) {
	await w.refused(p.officer, 'arrive', says.unfilled, 'F11');
	await w.file(p.officer, 'F11', { contact_made: 'NO', arrival: '@today', next_on: '@today+1' });
	await w.refused(p.officer, 'arrive', says.notReached);
	w.day(46);
	await w.file(p.officer, 'F11', { contact_made: 'YES', feels_safe: 'YES' }, 'Exemple : jointe elle-même ce matin');
	await w.passes(p.officer, 'arrive', 'Arrived');
}

// ---- twelve months ----

async function calendar(w, p) {
	const page = await w.open(p.officer, w.kase);
	const points = await page.$$eval('table.cards th[scope=row]', (all) => all.map((th) => th.textContent.trim().split(' ')[0]));
	const beyond = await page.locator('table.cards .tag.warn').count();

	w.ok(['D1', 'D7', 'M1', 'M3', 'M6', 'M9', 'M12'].every((k) => points.includes(k)), 'the calendar of follow-up is there', points.join(' '));
	w.ok(beyond >= 3, 'contacts after the programme’s end are said to be', beyond);
}

async function reintegration(w, p) {
	await calendar(w, p);
	await w.file(p.officer, 'F14', people.contact('D1', 'PHONE'));
	w.day(52);
	await w.file(p.officer, 'F14', people.contact('D7', 'PHONE'));
	w.day(w.monthsAfter(45, 1));
	await w.refused('coo', 'reintegrate', says.notReviewed, 'F05');
	await w.file('cmf1', 'F05', { done_on: '@today' }, 'Exemple : revue un mois après l’arrivée');
	await w.file('rsk', 'F05R', people.secondRead, 'Exemple : relecture');
	await w.refused(p.officer, 'reintegrate', says.notReviewed, 'F10');
	await w.file(p.officer, 'F10', { plan_version: 'V2' }, 'Exemple : plan revu avec elle');
	await w.refused(p.officer, 'reintegrate', says.unfilled, 'RSS');
	await w.file(p.officer, 'RSS', people.score('M1'));
	await w.file(p.officer, 'F14', people.contact('M1', 'VISIT'));
	await w.passes(p.officer, 'reintegrate', 'Reintegration');
	await payment(w, p);
	for (const [point, months, mode] of [['M3', 3, 'PHONE'], ['M6', 6, 'VISIT'], ['M9', 9, 'PHONE'], ['M12', 12, 'VISIT']]) {
		w.day(w.monthsAfter(45, months));
		await w.file(p.officer, 'F14', people.contact(point, mode));
	}
	const page = await w.open(p.officer, w.kase);
	const reached = await page.locator('table.cards .tag.ok').count();

	w.ok(reached === 7, 'the calendar says that each contact was made', reached);
}

// Asked by one, decided by another, proved.
async function payment(w, p) {
	w.day(w.monthsAfter(45, 1, 4));
	let page = await w.open(p.officer, `${w.kase}/payments`);

	await w.click(page, 'a[href*="/payments/new?line=L1"]');
	let answer = await w.send(page, 'form[action*="/payments/new"]', { amount_eur: '120.00', currency: 'EUR', modality: 'SUPPLIER', instalment: '1/3', quotes: 1 });

	w.ok(answer.status() === 200, 'the officer abroad asks for a payment', `${answer.status()} ${await w.refusal(page)}`);
	w.ok((await page.locator('a[href$="/decide"]').count()) === 0, 'who asked for a payment cannot approve it');
	page = await w.open('fin', `${w.kase}/payments`);
	await w.click(page, 'a[href$="/decide"]');
	answer = await w.send(page, 'form[action$="/decide"]', { decision: 'APPROVED' });
	w.ok(answer.status() === 200, 'the finance officer approves it', `${answer.status()} ${await w.refusal(page)}`);
	page = await w.open(p.officer, `${w.kase}/payments`);
	await w.click(page, 'a[href$="/proof"]');
	answer = await w.send(page, 'form[action$="/proof"]', { kind: 'RECEIPT', amount_eur: '120.00' });
	w.ok(answer.status() === 200 && (await page.locator('table .tag.ok').count()) === 1, 'it is proved', `${answer.status()} ${await w.refusal(page)} ${await w.text(page, 'main')}`);
}

// ---- closing, archiving ----

async function closing(w, p) {
	w.day(w.monthsAfter(45, 12, 1));
	await w.refused('coo', 'close', says.unfilled, 'F17');
	await w.file(p.officer, 'F17', { ...people.closure, documents_returned: 'NO' });
	await w.refused('coo', 'close', says.unfilled, 'F16');
	await w.file(p.officer, 'F16');
	await w.file(p.officer, 'RSS', people.score('M12'));
	await w.refused('coo', 'close', says.answer, 'F17.documents_returned');
	await w.file(p.officer, 'F17', { documents_returned: 'YES' }, 'Exemple : papiers rendus ce matin');
	await w.passes('coo', 'close', 'Closed');
	w.day(w.monthsAfter(45, 36, 0));
	await w.refused('coo', 'archive', says.retention);
	w.day(w.monthsAfter(45, 36, 1));
	w.bar.stage = 'Archived';
	const page = await w.open('coo', w.kase);

	await w.checkBar(page, 'coo', '24 months later');
	w.ok((await page.locator('form[action$="/forms/NOTE"], form[action$="/move"]').count()) === 0, 'nothing can be added to an archived file');
}

async function wholeTimeline(w) {
	const page = await w.open('coo', w.kase);
	const entries = await page.locator('.tl > li').count();

	// Corrections of a form are one entry with its versions; each other act is an entry.
	w.ok(entries >= 45, 'the timeline holds the whole journey', `${entries} entries for ${w.acts} acts`);
}

async function journey(house, options) {
	const w = new Walk(house, { ...options, start });
	const p = { ...people.women[options.person], countryName: new Intl.DisplayNames(options.lang, { type: 'region' }).of(people.women[options.person].country) };

	try {
		await intake(w, p);
		await interviews(w, p);
		await counsel(w, options);
		await assess(w, p, options);
		await preparations(w, p, options);
		await departure(w, p, options);
		await arrival(w, p);
		await reintegration(w, p);
		await closing(w, p);
		await wholeTimeline(w);
	} catch (e) {
		w.ok(false, 'the journey comes to its end', e.stack);
	}
	await w.close();
	await house.stop();
	w.verify();
}

export default async function (house) {
	const full = process.env.PAGES === 'full';

	house.tell = Boolean(process.env.TELL);
	await house.serve();
	await Promise.all([
		journey(await house.another(), { name: 'French', lang: 'fr', hand: people.hands.fr, person: 'ify', health: true, withdraws: true }),
		journey(await house.another(), { name: 'Arabic without scripts', lang: 'ar', javaScript: false, hand: people.hands.ar, person: 'nour', business: true, suspended: true }),
		full && journey(await house.another(), { name: 'French without scripts', lang: 'fr', javaScript: false, hand: people.hands.fr, person: 'drita', business: true, suspended: true }),
		full && journey(await house.another(), { name: 'Arabic', lang: 'ar', hand: people.hands.ar, person: 'nour' }),
		heldFiles(await house.another(), start, 'fr', people.hands.fr),
	]);
}
