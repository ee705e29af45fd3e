// filler.mjs — fills a form of the program as a person does: reads what the page asks, answers what is required or what
// it was told to answer, from top to bottom, presses "Add another" where rows are lacking, and never touches a question
// that does not show.  What must not happen here: a value set behind the page's back, or a form known beforehand.

// Runs in the page: every input of the form, in its order, with what surrounds it.
function look(form) {
	const shown = (e) => e.checkVisibility({ visibilityProperty: true });
	const labelled = (e) => {
		const cell = e.closest('td[data-l]');
		const head = cell && [...cell.closest('table').querySelectorAll('thead th')].find((th) => th.textContent.trim().startsWith(cell.dataset.l));

		if (head) return head.textContent;
		if (e.type === 'radio' || e.type === 'checkbox') return e.closest('.field').querySelector('legend').textContent;
		return (e.labels && e.labels[0] && e.labels[0].textContent) || e.getAttribute('aria-label') || '';
	};
	const conditions = (e) => {
		const all = [];

		for (let c = e.closest('[data-relevant]'); c; c = c.parentElement && c.parentElement.closest('[data-relevant]'))
			all.push(JSON.parse(c.dataset.relevant));
		return all;
	};
	const inputs = new Map();

	for (const e of form.querySelectorAll('input, select, textarea')) {
		if (!e.name || e.type === 'hidden' || e.name.endsWith('.unknown')) continue;
		const tick = form.querySelector(`[name="${CSS.escape(e.name + '.unknown')}"]`);
		const row = e.closest('[data-row]');
		const closed = e.closest('details:not([open])');
		const rows = row && row.matches('fieldset') && row.parentElement.closest('fieldset');
		const given = e.type === 'checkbox' && e.closest('[role=group] > label.tick'); // an answer of a list, above the <select> for the next
		let item = inputs.get(e.name);

		if (!item) {
			inputs.set(e.name, (item = {
				name: e.name, kind: given || e.tagName === 'SELECT' ? 'select' : e.tagName === 'TEXTAREA' ? 'area' : e.type,
				label: '', row: row && row.dataset.row, rows: rows && rows.querySelector('legend').textContent, conditions: conditions(e), codes: [], values: [], ticked: [],
				mode: e.inputMode, max: e.maxLength, tick: Boolean(tick), closed: Boolean(closed),
				shown: closed ? shown(closed) : false, error: Boolean(e.closest('.field.err')),
			}));
			if (tick && tick.checked) item.values.push('UNKNOWN');
		}
		item.shown ||= shown(e);
		if (!given) item.label ||= labelled(e);
		if (given) {
			if (e.checked) item.values.push(e.value);
			if (e.checked) item.ticked.push(e.value);
		} else if (item.kind === 'radio' || item.kind === 'checkbox') {
			if (e.value) item.codes.push(e.value);
			if (e.checked && e.value) item.values.push(e.value);
		} else if (item.kind === 'select') {
			item.codes = [...new Set([...e.options].map((o) => o.value).filter(Boolean))];
			if (e.value) item.values.push(e.value);
		} else if (e.value) item.values.push(e.value);
	}
	return { inputs: [...inputs.values()], adders: [...form.querySelectorAll('button[name=more]')].filter(shown).map((b) => b.value) };
}

const day = (today, text) => {
	const m = /^@?today([+-]\d+)?$/.exec(text);

	if (!m) return text;
	return new Date(Date.parse(`${today}T00:00:00Z`) + Number(m[1] || 0) * 86400000).toISOString().slice(0, 10);
};

const number = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN);

// A condition as the page states it ("Only if …"), judged on what stands in the page now.
function holds(c, item, inputs, today) {
	if (c.and) return c.and.every((k) => holds(k, item, inputs, today));
	if (c.or) return c.or.some((k) => holds(k, item, inputs, today));
	const other = (item.row && inputs.get(`${item.row}.${c.field}`)) || inputs.get(c.field);
	const have = other ? other.values : [];
	const first = have[0] || '';
	const want = day(today, c.value || '');
	const apart = isNaN(number(first)) || isNaN(number(want)) ? (first > want) - (first < want) : number(first) - number(want);

	switch (c.op) {
	case '=': return have.includes(want) || (have.length > 0 && apart === 0);
	case '!=': return have.length > 0 && !have.includes(want);
	case '<': return have.length > 0 && first !== 'UNKNOWN' && apart < 0;
	case '<=': return have.length > 0 && first !== 'UNKNOWN' && apart <= 0;
	case '>': return have.length > 0 && first !== 'UNKNOWN' && apart > 0;
	case '>=': return have.length > 0 && first !== 'UNKNOWN' && apart >= 0;
	case 'selected': return have.includes(want);
	case 'not_selected': return !have.includes(want);
	case 'empty': return have.length === 0;
	default: return have.length > 0;
	}
}

const causes = (c, out = []) => {
	for (const k of c.and || c.or || []) causes(k, out);
	if (c.field) out.push(c.field);
	return out;
};

// { legs: [{ from: 'Paris' }], checklist: [{ code: 'DOC', state: 'DONE' }] } → names of inputs and their values.
export function flatten(answers, today) {
	const flat = new Map();
	const at = (v) => (Array.isArray(v) ? v.map((x) => day(today, String(x))) : [day(today, String(v))]);

	for (const [name, value] of Object.entries(answers)) {
		const rows = Array.isArray(value) && value.length && typeof value[0] === 'object';

		if (!rows) flat.set(name, value === null ? [] : at(value));
		else value.forEach((row, i) => {
			for (const [cell, v] of Object.entries(row)) if (cell !== 'code') flat.set(`${name}.${row.code || i}.${cell}`, at(v));
		});
	}
	return flat;
}

const evasive = new Set(['UNKNOWN', 'UNK', 'ND', 'NA', 'DK', 'OTH', 'OTHER', 'FR-UNK']);

export class Filler {
	// lang: the words' of the page; hand: how text and figures are typed in that language.
	constructor(words, { today, javaScript, hand }) {
		Object.assign(this, { words, today, javaScript, hand });
		this.required = words.t('(required)');
	}

	#default(item) {
		const { codes } = item;

		if (item.kind === 'date') return [this.today];
		if (item.kind === 'text' && item.mode === 'numeric') return ['1'];
		if (item.kind === 'text' && item.mode === 'decimal') return ['100.00'];
		if (item.kind === 'tel') return ['+33 6 39 98 10 20'];
		if (item.kind === 'text' && item.mode === 'email') return ['exemple@example.org'];
		if (item.kind === 'text' || item.kind === 'area') return [this.hand.text(item.label).slice(0, item.max > 0 ? item.max : 200)];
		if (codes.includes('YES') && codes.includes('NO')) return codes.includes('UNKNOWN') ? ['NO'] : ['YES'];
		return [codes.find((c) => !evasive.has(c)) || codes[0]];
	}

	#asked(item, inputs) {
		const hidden = this.javaScript && !item.closed; // the script hides what is not asked; behind a fold, or without it, one reads

		return item.shown && (hidden || item.conditions.every((c) => holds(c, item, inputs, this.today)));
	}

	#typed(item, value) {
		if (item.kind === 'tel' || ['numeric', 'decimal'].includes(item.mode)) return this.hand.digits(value);
		return value;
	}

	async #choose(box, item, values) {
		if (item.kind === 'radio') return box(`[name="${item.name}"][value="${values[0]}"]`).press('Space');
		for (const code of item.codes)
			if (values.includes(code) !== item.values.includes(code)) await box(`[name="${item.name}"][value="${code}"]`).press('Space');
	}

	async #select(box, item, values) {
		const [next] = values.filter((v) => !item.ticked.includes(v));

		for (const code of item.ticked)
			if (!values.includes(code)) await box(`input[name="${item.name}"][value="${code}"]`).uncheck();
		if (next) await box(`select[name="${item.name}"]`).selectOption(next);
	}

	async #answer(form, item, values) {
		const box = (css) => form.locator(css);

		if (item.closed) await box(`[name="${item.name}"]`).first().locator('xpath=ancestor::details[1]/summary').click();
		if (item.kind === 'radio' || item.kind === 'checkbox') return this.#choose(box, item, values);
		if (item.kind === 'select') return this.#select(box, item, values);
		if (item.tick && values[0] === 'UNKNOWN') {
			await box(`[name="${item.name}"]`).fill('');
			return box(`[name="${item.name}.unknown"]`).check();
		}
		if (item.tick && item.values.includes('UNKNOWN')) await box(`[name="${item.name}.unknown"]`).uncheck();
		return box(`[name="${item.name}"]`).fill(this.#typed(item, values[0] ?? ''));
	}

	#wanted(item, wanted) {
		if (wanted.has(item.name)) return wanted.get(item.name);
		// A row that may be added is left empty, unless something is to be said in it or one row at least is asked for.
		const spare = item.rows && ![...wanted.keys()].some((k) => k.startsWith(`${item.row}.`)) &&
			!(item.rows.includes(this.required) && item.row.endsWith('.0'));

		return !spare && item.label.includes(this.required) && item.values.length === 0 ? this.#default(item) : null;
	}

	// One reading of the page, from top to bottom.  A question whose cause was just answered waits for the next reading.
	async #pass(form, wanted, done) {
		const { inputs: list, adders } = await form.evaluate(look);
		const inputs = new Map(list.map((i) => [i.name, i]));
		const touched = new Set();
		const opened = new Set();

		for (const item of list) {
			const values = this.#wanted(item, wanted);
			const waits = item.conditions.some((c) => causes(c).some((f) => touched.has(f) || touched.has(`${item.row}.${f}`)));

			if (!values || done.has(item.name) || waits || !this.#asked(item, inputs)) continue;
			const left = values.filter((v) => !item.values.includes(v)).length;
			const taken = item.values.length > item.ticked.length && adders.includes(item.name);

			if (item.kind === 'select' && left && taken) continue; // a list takes one more answer at a time
			if (item.kind !== 'select' || left <= 1) done.add(item.name);
			if (item.kind === 'select' && !left && item.values.length === values.length) continue;
			await this.#answer(form, { ...item, closed: item.closed && !opened.has(item.row) }, values);
			if (item.closed) opened.add(item.row);
			touched.add(item.name);
		}
		return { touched, inputs, adders };
	}

	// A row, or an answer of a list, that has no input yet: "Add another".
	#lacking(wanted, inputs, adders) {
		for (const name of adders) {
			const item = inputs.get(name);

			if (item && item.kind === 'select' && (wanted.get(name) || []).some((v) => !item.values.includes(v))) return name;
			if ([...wanted.keys()].some((k) => k.startsWith(`${name}.`) && !inputs.has(k))) return name;
		}
		return null;
	}

	// The whole form; returns the names that were wanted and could not be answered.
	async fill(page, selector, answers) {
		const wanted = flatten(answers, this.today);
		const done = new Set();
		let inputs, adders, touched;

		for (let round = 0; round < 40; round++) {
			const form = page.locator(selector);

			({ touched, inputs, adders } = await this.#pass(form, wanted, done));
			if (touched.size) continue;
			const name = this.#lacking(wanted, inputs, adders);

			if (!name) break;
			await Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }), form.locator(`button[name=more][value="${name}"]`).click()]);
		}
		return [...wanted.keys()].filter((k) => !done.has(k) && wanted.get(k).length);
	}

	// What stands in the page differs from what was typed: lost on the way.
	async lost(page, selector, answers) {
		const { inputs } = await page.locator(selector).evaluate(look);
		const wanted = flatten(answers, this.today);

		return inputs.filter((i) => wanted.has(i.name) && wanted.get(i.name).length && i.values.length === 0).map((i) => i.name);
	}
}
