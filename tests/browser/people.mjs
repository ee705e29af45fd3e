// people.mjs — the invented people of the journeys, and what is answered about them where a form's own defaults would not
// do.  Synthetic: no real person, place of safety or story.

const arabic = (text) => text.replace(/\d/g, (d) => String.fromCharCode(0x660 + Number(d))).replace('.', '٫');

// How text and figures are typed.
export const hands = {
	fr: { text: () => 'Exemple inventé : accord confirmé de vive voix, « oui ».', digits: (v) => v.replace('.', ',') },
	ar: { text: () => 'مثال مختلق: «نعم»، تم التأكيد شفهيًا (2018).', digits: arabic },
};

export const women = {
	ify: {
		given: 'Ifunanya', family: 'Ókpara-Exemple', country: 'NG', citizenship: ['NG'], language: 'en', birth: '1995-03-02',
		found_in: 'FR-75', officer: 'cmr.lagos',
	},
	drita: {
		given: 'Drita', family: 'Zemblaku-Exemple', country: 'AL', citizenship: ['AL'], language: 'sq', birth: '1991-07-21',
		found_in: 'FR-33', officer: 'cmr.tirana',
	},
	nour: {
		given: 'نور', family: 'بنمثال', country: 'MA', citizenship: ['MA', 'ES'], language: 'ar', birth: '1989-11-30',
		found_in: 'FR-13', officer: 'cmr.rabat',
	},
};

export const referral = (p) => ({
	person_informed: 'YES', person_agrees: 'YES', immediate_danger: 'NO', urgent_needs: ['LEGAL', 'MED'],
	given_name: p.given, family_name: p.family, birth_date: p.birth, age_certainty: 'DOCUMENT', sex: 'F', nationality: p.citizenship,
	languages: [p.language], found_on: '@today-20', found_in: p.found_in, location_dept: p.found_in, safe_channel: 'VIA_PRO',
	unsafe_contact_modes: ['VOICEMAIL', 'POST'], dependents: 0, return_country: p.country, return_wish: 'YES',
	immig_status: 'IRR', suspected_exploitation: ['SEX', 'SEX_PROST'], ref_org: 'NGO_THB', ref_email: 'accueil@deux-rives.example.org',
});

export const triage = { triage: 'ORANGE', danger_action: 'NOT_NEEDED', safe_channel: 'VIA_PRO', duplicate_checked: 'YES', maybe_minor: 'NO', triage_action: 'ACCEPT' };

export const interview = (p) => ({
	given_name: p.given, family_name: p.family, birth_date: p.birth, age_certainty: 'DOCUMENT', citizenship: p.citizenship, languages: [p.language],
	interpreter: 'INDEPENDENT', present: ['INTERPRETER'], children_count: 2,
	children: [{ child_age: 6, child_country: p.country, child_with: 'Exemple : la grand-mère' }, { child_age: 9, child_country: p.country }],
	age_at_start: 21, trafficking_status: 'IDENTIFIED', decided_by: 'NGO', found_on: '@today-20', found_in: p.found_in,
	exploitation_countries: ['FR', 'IT'], perpetrators: [{ perp_nickname: 'P1', perp_area: 'France' }],
});

export const consent = (kind) => ({
	kind, status: 'GIVEN', given_by: 'SELF', medium: 'WRITTEN', ...(['C3', 'C5'].includes(kind) && { recipients: [{ org: 'Exemple : bureau du pays de retour' }] }),
});

export const everyAlternative = ['REFLECTION', 'L425_1', 'ASYLUM', 'PSP', 'OTHER_STAY', 'ACSE', 'COMPENSATION', 'OFII_RETURN', 'NONE_RETURN_LATER'];

// The day of the first wish is told apart: it does not change when the form is corrected.
export const counselling = {
	interpreter: 'INDEPENDENT', present: ['INTERPRETER'], return_wish: 'YES', pressure: ['NONE'], capacity_doubt: 'NO',
	own_decision_scale: '5', legal_advice: 'DONE', judicial_status: 'NONE', immig_status: 'IRR', protection_known: 'YES', decision_today: 'GO_ON',
	housing_option: 'FAM_SAFE', debts: 'NO', health_flag: 'NO', next_date: '@today+3',
};

export const risks = {
	interpreter: 'INDEPENDENT', persons_present: ['INTERPRETER'],
	factors: [
		{ code: 'RK_R2', present: 'YES', source: ['PERSON', 'CMR'], facts: 'Exemple : pas de revenu à l’arrivée.', likelihood: 3, severity: 2, mitigation: ['CASHSPLIT'], mitigation_text: 'Exemple : pécule en deux fois.', owner: 'Bureau', mitig_status: 'CONFIRMED', residual_likelihood: 2, residual_severity: 2 },
		{ code: 'RK_C1', present: 'YES', source: ['PERSON'], likelihood: 2, severity: 2, mitigation: ['DISCREET'], owner: 'Bureau', mitig_status: 'CONFIRMED', residual_likelihood: 1, residual_severity: 2 },
	],
	vetoes_checked: 'YES', advice: 'GO',
};

export const fromAbroad = { sources: ['CMR', 'FAMILY'], exploiter_present: 'NO', power_links: 'NO', family_involved: 'NO', family_hosts: 'YES', partner_capacity: 'YES', advice: 'GO' };

export const secondRead = { read_both: 'YES', sources_enough: 'YES', plan_realistic: 'YES', agrees: 'YES', advice: 'GO' };

export const needs = {
	needs: [
		{ code: 'SHELTER', level: '2', urgency: 'ARRIVAL', provider_available: 'YES' }, { code: 'VOC', level: '3', urgency: '30D', provider_available: 'YES' },
		...['SECUR', 'FOOD', 'MED', 'PSY', 'ADDICT', 'DOC', 'LEGAL', 'FAMCOUN', 'CHILDCARE', 'SCHOOL', 'JOB', 'DEBT', 'DISAB', 'COMMUN', 'PHONE'].map((code) => ({ code, level: '0' })),
	],
};

export const skills = (p) => ({
	wants_work: 'YES', languages: [{ spoken_lang: p.language, spoken: 'FLUENT', literacy: 'FULL' }, { spoken_lang: 'fr', spoken: 'DAILY', literacy: 'BASIC' }],
	skills: [{ skill: 'TAILOR', level: 'BASIC' }], preferred: [{ kind: 'TRAINING', what: 'Exemple : couture' }],
	opportunities: [{ type: 'TRAINING', provider: 'Centre Le Figuier (inventé)', place: 'Exemple', reliability: 'CONFIRMED' }],
});

export const health = { infectious: 'NO', suicidal: 'NO', health_flag: 'NO' };

export const meeting = { participants: ['COO', 'RSK', 'CMF', 'CMR'], overall_level: 'LOW', capacity_doubt: 'NO', decision: 'GO' };

const line = (n, service, euros, more = {}) => ({
	line: `L${n}`, service, description: 'Exemple', qty: 1, unit_cost: euros, currency: 'EUR', amount_eur: euros, funder: 'PROGRAMME', modality: 'SUPPLIER', planned_date: '@today+40', ...more,
});

export const plan = (second) => ({
	plan_version: 'V1', objectives: [{ domain: 'ECON', statement: 'Exemple : un métier', indicator: 'Exemple', target_date: '@today+200' }],
	budget: [line(1, 'RENT', '360.00'), second || line(2, 'VOC', '420.00')],
});
export const overCeiling = line(2, 'VOC', '1640.00');
export const business = line(2, 'IGA_EQ', '420.00');
export const vocational = line(2, 'VOC', '420.00');

export const followUp = { consent_c9: 'YES', calendar_ok: 'YES', points: ['D1', 'D7', 'M1', 'M3', 'M6', 'M9', 'M12'], mode: 'PHONE', trusted: 'NO' };

const checklist = (state) => ['MIND', 'DOC', 'NONAME', 'ROUTE', 'CONTACT', 'CODE', 'PHONE', 'MEDS', 'CASH', 'LUGGAGE', 'AIRPORT', 'PARTNER'].map((code) => ({ code, state }));

export const travelAsked = { doc_type: 'PASSPORT', doc_status: 'REQUESTED', escort: 'NONE', transit_help: 'NO', clearance: 'NA', card_given: 'NO', checklist: checklist('TODO') };

export const travelReady = (departure) => ({
	doc_status: 'ISSUED', doc_number: 'EX-000417', doc_expiry: '@today+900', departure, transit_ok: 'YES', checklist: checklist('DONE'),
	legs: [
		{ carrier: 'Compagnie Exemple', number: 'EX 217', from: 'Paris', to: 'Escale', dep_date: departure, dep_time: '10:40', arr_date: departure, arr_time: '13:05', transit_visa: 'NOT_NEEDED' },
		{ carrier: 'Compagnie Exemple', number: 'EX 218', from: 'Escale', to: 'Capitale', dep_date: departure, dep_time: '15:40', arr_date: departure, arr_time: '19:05', transit_visa: 'NOT_NEEDED' },
	],
});

export const reception = { person_agrees: 'YES', receiver_ok: 'YES', partner_ok: 'YES', receiver_checked: 'YES', receiver_name: 'Exemple : référente de permanence' };

export const stillWishes = { seen_alone: 'YES', told_can_stop: 'YES', interpreter: 'INDEPENDENT', still_wishes: 'YES', voluntary_on: '@today', pressure: ['NONE'], capacity_doubt: 'NO', new_danger: 'NO' };

export const contact = (point, mode) => ({ free_now: 'YES', point, mode, reached: 'YES', threats: 'NO', next_on: '@today+30' });

export const score = (point) => ({ point, age_ok: 'YES', ec9: 'NO', rss_done: 'YES' });

export const closure = {
	reason: 'COMPLETED_12M', months_after_return: 12, person_told: 'YES', objectives: [{ objective: 'Exemple : un métier', met: '100' }, { objective: 'Exemple : un logement', met: '50' }],
	open_risks: 'NO', reconciled: 'YES',
};

export const withdrawal = { withdrawn_on: '@today', wish_now: 'NO', to_cancel: ['CONSULATE'], danger_after: 'NO' };
