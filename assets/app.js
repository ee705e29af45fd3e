/* app.js — what a page does better with a script.  Every page works without this file; the server decides.
 *
 * Must not happen here: text turned into markup (Trusted Types are on), anything about a person kept in the
 * browser, a word that the server did not put into the page (data-t-… of <body>). */
(() => {
	"use strict";

	const body = document.body;
	const given = body.dataset;
	const say = (name) => given[name] || "";
	let leaving = false; /* a form was sent, or the way out was taken: no question is asked */

	document.documentElement.classList.add("js");

	function make(tag, className, text) {
		const e = document.createElement(tag);

		e.className = className;
		e.textContent = text || "";
		return e;
	}

	/* ---- Questions that are asked only when they matter ------------------------------------------------ */

	/* The answer as the server would read it: a text, a list of codes, or null when the field has no input. */
	function answer(form, name) {
		const found = form.elements.namedItem(name); /* by name or id: one, several, or none */
		const all = (found instanceof RadioNodeList ? [...found] : [found]).filter((e) => e && e.name === name);
		const asked = all.filter((e) => !e.closest("[hidden]"));
		const unknown = form.elements.namedItem(name + ".unknown");

		if (all.length === 0) return null;
		if (unknown && unknown.checked && asked.length) return "UNKNOWN";
		if (all[0].type === "radio") return (asked.find((e) => e.checked) || { value: "" }).value;
		if (all.length > 1 || all[0].type === "checkbox") /* ticks, and perhaps a list for one answer more */
			return asked.filter((e) => e.type !== "checkbox" || e.checked).map((e) => e.value).filter(Boolean);
		return asked.length ? asked[0].value.trim() : "";
	}

	function answerNear(element, form, field) {
		const row = element.closest("[data-row]");

		if (row) {
			const name = row.dataset.row;
			const inRow = answer(form, name + "." + field); /* a row may stand in several elements */

			if (inRow !== null) return inRow;
			if (field === "code") return name.slice(name.indexOf(".") + 1);
		}
		return answer(form, field);
	}

	function isoDay(text) {
		const relative = /^today([+-]\d+)?$/.exec(text);

		if (!relative) return /^\d{4}-\d\d-\d\d$/.test(text) ? text : null;
		const day = new Date((given.today || new Date().toISOString().slice(0, 10)) + "T00:00:00Z");

		day.setUTCDate(day.getUTCDate() + Number(relative[1] || 0));
		return day.toISOString().slice(0, 10);
	}

	/* Digits of Arabic and Persian keyboards too, as the server reads them. */
	function number(text) {
		const latin = text.replace(/[٠-٩۰-۹]/g, (d) => d.charCodeAt(0) & 15);
		const plain = latin.replace(/[\s٬\u200e\u200f\u061c]/g, "").replace(/[,٫]/, ".");

		return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
	}

	const order = (a, b) => (a > b) - (a < b);

	/* Below, at or above: -1, 0, 1; NaN where the two cannot be compared. */
	function compare(have, want) {
		if (Array.isArray(have) || !have) return NaN;
		if (isoDay(have) && isoDay(want)) return order(isoDay(have), isoDay(want));
		if (!isNaN(number(have)) && !isNaN(number(want))) return order(number(have), number(want));
		return have === want ? 0 : NaN;
	}

	function holds(c, element, form) {
		if (c.and) return c.and.every((k) => holds(k, element, form));
		if (c.or) return c.or.some((k) => holds(k, element, form));
		const have = answerNear(element, form, c.field);
		const o = compare(have, c.value || "");
		const selected = have !== null && (Array.isArray(have) ? have.includes(c.value) : have === c.value);

		switch (c.op) {
			case "=": return o === 0;
			case "!=": return o !== 0;
			case "<": return o < 0;
			case "<=": return o <= 0;
			case ">": return o > 0;
			case ">=": return o >= 0;
			case "selected": return selected;
			case "not_selected": return !selected;
			case "empty": return have === null || have.length === 0;
			default: return have !== null && have.length > 0;
		}
	}

	function relevance(form) {
		const asked = [...form.querySelectorAll("[data-relevant]")].map((e) => [e, JSON.parse(e.dataset.relevant)]);
		/* Causes stand above their effects, so one pass from the top is enough. */
		const settle = () => asked.forEach(([e, c]) => (e.hidden = !holds(c, e, form)));

		if (asked.length === 0) return;
		form.addEventListener("input", settle);
		form.addEventListener("change", settle);
		settle();
	}

	/* ---- Nothing typed is lost -------------------------------------------------------------------------- */

	const isPost = (form) => form.getAttribute("method") === "post";
	const contents = (form) => new URLSearchParams(new FormData(form)).toString();
	const guarded = [];

	function clock() {
		const lang = document.documentElement.lang + "-u-nu-latn";

		return new Date().toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
	}

	function draftAnswer(status) {
		if (status === 401 || status === 403) return say("tEnded");
		if (status === 422) return say("tRefused");
		return say("tFailed");
	}

	function autosave(form, guard) {
		const state = make("p", "state");
		let under = false;

		state.setAttribute("role", "status");
		(form.querySelector(".buttons") || form).append(state);

		async function save() {
			const now = contents(form);

			if (under || leaving || now === guard.saved) return;
			under = true;
			try {
				const reply = await fetch(form.getAttribute("action"), { /* form.action may be a question of that name */
					method: "POST",
					body: new URLSearchParams(now + "&do=draft"),
					headers: { "X-Draft": "1" },
					credentials: "same-origin",
					redirect: "manual",
					keepalive: now.length < 60000,
				});

				if (reply.ok || reply.type === "opaqueredirect") {
					guard.saved = now;
					state.textContent = say("tSaved").replace("{time}", clock());
					stayed();
				} else state.textContent = draftAnswer(reply.status);
			} catch {
				state.textContent = draftAnswer(0);
			}
			under = false;
		}
		setInterval(save, 20000);
		document.addEventListener("visibilitychange", () => document.hidden && save());
		form.addEventListener("input", () => {
			if (contents(form) !== guard.saved) state.textContent = say("tUnsaved");
		});
	}

	function guardForm(form) {
		/* A page that gives back what was refused holds text that is saved nowhere. */
		const guard = { form, saved: form.querySelector("[aria-invalid]") ? "" : contents(form) };

		guarded.push(guard);
		if (form.hasAttribute("data-autosave")) autosave(form, guard);
	}

	const unsaved = () => !leaving && guarded.some((g) => contents(g.form) !== g.saved);

	addEventListener("beforeunload", (e) => {
		if (!unsaved()) return;
		e.preventDefault();
		e.returnValue = "";
	});

	/* ---- Sent once --------------------------------------------------------------------------------------- */

	function disable(form, off) {
		delete form.dataset.sent;
		if (off) form.dataset.sent = "1";
		for (const b of form.querySelectorAll("button")) b.disabled = off;
	}

	document.addEventListener("submit", (e) => {
		const form = e.target;

		if (e.defaultPrevented || !isPost(form)) return;
		if (form.dataset.sent) return e.preventDefault();
		form.dataset.sent = "1";
		leaving = true;
		setTimeout(() => disable(form, true)); /* after the event: the button pressed goes with the form */
		setTimeout(() => { /* a download, or a line that fell: the page is still here */
			disable(form, false);
			leaving = false;
		}, 10000);
	});

	addEventListener("pageshow", (e) => {
		if (!e.persisted) return;
		leaving = false;
		for (const form of document.querySelectorAll("form[data-sent]")) disable(form, false);
	});

	/* ---- The end of the session, said five minutes before -------------------------------------------------- */

	const idleMs = Number(given.idle || 0) * 1000;
	let until = 0, told = null;

	/* Shared by the tabs: work in one of them keeps the others open. */
	function stayed() {
		until = Date.now() + idleMs;
		try {
			localStorage.setItem("until", String(until));
		} catch { /* no storage: each tab counts for itself */ }
		if (told) told.hidden = true;
	}

	async function stay() {
		const reply = await fetch(given.stay || "/account", { redirect: "manual" }).catch(() => null);

		if (reply && reply.ok) stayed();
		else tell(say("tEnded"), false);
	}

	function tell(text, button) {
		if (!told) {
			told = make("div", "idle");
			told.setAttribute("role", "alert");
			body.append(told);
		}
		told.hidden = false;
		told.replaceChildren(make("span", "", text));
		if (!button) return;
		const b = make("button", "btn sec", say("tStay"));

		b.type = "button";
		b.addEventListener("click", stay);
		told.append(b);
	}

	function watchIdle() {
		let stored = 0;

		try {
			stored = Number(localStorage.getItem("until"));
		} catch { /* as above */ }
		if (stored > until && stored <= Date.now() + idleMs) until = stored;
		const left = until - Date.now();

		if (left <= 0 && !unsaved()) {
			leaving = true;
			location.replace(location.pathname + location.search);
		} else if (left <= 0) {
			tell(say("tEnded"), false);
		} else if (left <= 300000) {
			if (!told || told.hidden)
				tell(say("tIdle"), true);
		} else if (told) told.hidden = true;
	}

	if (idleMs) {
		stayed();
		setInterval(watchIdle, 10000);
	}

	/* A page that answered a form keeps, in the history of the tab, what was sent; a browser writes that to its disk.  Said to
	   be an ordinary page, it keeps nothing. */
	history.replaceState(null, "");

	/* ---- The way out of a public page ---------------------------------------------------------------------- */

	const exit = document.querySelector(".exit a");

	function leave(e) {
		if (e) e.preventDefault();
		leaving = true;
		body.hidden = true;
		document.title = "";
		location.replace(exit.href);
	}

	if (exit) {
		let times = [];

		exit.addEventListener("click", leave);
		addEventListener("keydown", (e) => {
			if (e.repeat) return;
			times = e.key === "Shift" ? [...times, Date.now()].filter((t) => t > Date.now() - 2000) : [];
			if (times.length === 3) leave();
		});
	}

	/* ---- Small things --------------------------------------------------------------------------------------- */

	for (const form of document.querySelectorAll("form")) {
		relevance(form);
		/* Never on a public page: leaving it must be quick. */
		if (idleMs && isPost(form)) guardForm(form);
	}
	for (const b of document.querySelectorAll("[data-print]")) b.addEventListener("click", () => print());

	/* From the summary of errors straight into the input. */
	document.addEventListener("click", (e) => {
		const link = e.target.closest && e.target.closest(".note.err a[href^='#']");
		const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));

		if (target) setTimeout(() => target.focus());
	});

	const off = make("p", "off");

	off.setAttribute("role", "status");
	off.hidden = true;
	body.append(off);
	for (const event of ["online", "offline"])
		addEventListener(event, () => {
			off.hidden = navigator.onLine;
			off.textContent = navigator.onLine ? "" : say("tOffline");
		});

	/* Browsers older than autofocus on any element. */
	addEventListener("load", () => {
		const first = document.querySelector("[autofocus]");

		if (first && document.activeElement === body) first.focus();
	});
})();
