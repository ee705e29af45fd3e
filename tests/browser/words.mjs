// words.mjs — the sentences of the program in the language of a page, so that a test can expect them by their meaning:
// the catalogue of locale/, the titles of forms/, the labels of data/codes/.  Read from the folder the tests run in.
import { readFileSync } from 'node:fs';

const unquote = (line) => JSON.parse(line.slice(line.indexOf('"')));

// msgid → msgstr of one PO file; plural forms are left out.
function readCatalogue(lang) {
	const known = new Map();
	let id = null, text = null;
	const keep = () => {
		if (id && text) known.set(id, text);
		id = text = null;
	};

	for (const line of readFileSync(`locale/${lang}.po`, 'utf8').split('\n')) {
		if (line.startsWith('msgid ')) {
			keep();
			id = unquote(line);
		} else if (line.startsWith('msgstr ')) text = unquote(line);
		else if (line.startsWith('msgid_plural') || line.startsWith('msgstr[')) id = null;
		else if (line.startsWith('"')) {
			if (text !== null) text += unquote(line);
			else if (id !== null) id += unquote(line);
		}
	}
	keep();
	return known;
}

export class Words {
	#known;

	constructor(lang) {
		this.lang = lang;
		this.#known = lang === 'en' ? new Map() : readCatalogue(lang);
	}

	// The sentence in this language, {arg} and the like replaced.  One without a translation stands in English.
	t(english, args = {}) {
		const text = this.#known.get(english) || english;

		return text.replace(/\{(\w+)\}/g, (all, name) => (name in args ? args[name] : all));
	}

	formTitle(code) {
		return JSON.parse(readFileSync(`forms/${code}.json`, 'utf8')).title[this.lang];
	}

	codeLabel(list, code) {
		return JSON.parse(readFileSync(`data/codes/${list}.json`, 'utf8')).codes.find((c) => c.code === code)[this.lang];
	}

	// The label of a question: "F09.card_given".
	question(name) {
		const [code, field] = name.split('.');
		const { sections } = JSON.parse(readFileSync(`forms/${code}.json`, 'utf8'));

		return sections.flatMap((s) => s.fields).find((f) => f.name === field).label[this.lang];
	}

	// A code as the program says it: a form by its title, a consent by its label, a question in its words.
	spoken(arg) {
		if (arg.includes('_')) return this.question(arg);
		if (/^C\d+$/.test(arg)) return this.codeLabel('CONSENT_KIND', arg);
		return /^[A-Z][A-Z0-9]{1,6}$/.test(arg) ? this.formTitle(arg) : arg;
	}
}

const invisible = /[\u200e\u200f\u061c\u2066-\u2069\u00ad]/g;

// Text as a person sees it: one space between words, without the marks that only set a direction.
export const plain = (text) => (text || '').replace(invisible, '').replace(/[\s\u00a0\u202f]+/g, ' ').trim();
