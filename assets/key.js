/* key.js — asks a security key, where a page has a box for one; the form carries the answer.  Without this file, or where
 * the browser knows no keys, the code from the phone does the same.  The vault judges; nothing is decided here. */
(() => {
	"use strict";

	const encode = (buffer) => {
		const text = String.fromCharCode(...new Uint8Array(buffer));

		return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
	};
	const decode = (text) =>
		Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

	function creation(asked) {
		return navigator.credentials.create({
			publicKey: {
				challenge: decode(asked.challenge),
				rp: { id: asked.rp, name: "Rivage" },
				user: { id: decode(asked.user), name: asked.login, displayName: asked.login },
				pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
				/* A key that is found tells nobody where it belongs: the account is not kept on it. */
				authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
				excludeCredentials: asked.ids.map((id) => ({ type: "public-key", id: decode(id) })),
				attestation: "none",
				timeout: 120000,
			},
		});
	}

	function signature(asked) {
		return navigator.credentials.get({
			publicKey: {
				challenge: decode(asked.challenge),
				rpId: asked.rp,
				allowCredentials: asked.ids.map((id) => ({ type: "public-key", id: decode(id) })),
				userVerification: "required",
				timeout: 120000,
			},
		});
	}

	const parts = {
		challenge: (made, asked) => asked.challenge,
		id: (made) => encode(made.rawId),
		client: (made) => encode(made.response.clientDataJSON),
		auth: (made) => encode(made.response.authenticatorData),
		sig: (made) => encode(made.response.signature),
		object: (made) => encode(made.response.attestationObject),
	};

	async function ask(box, form) {
		const body = new URLSearchParams({ act: box.dataset.act });

		for (const name of ["csrf", "login"]) {
			const input = form.elements.namedItem(name);

			if (input) body.set(name, input.value);
		}
		const reply = await fetch(box.dataset.key, { method: "POST", body, credentials: "same-origin", redirect: "error" });

		if (!reply.ok) throw new TypeError(String(reply.status));
		return reply.json();
	}

	function send(form) {
		for (const input of form.querySelectorAll("[autocomplete='one-time-code']")) input.required = false;
		if (form.requestSubmit) form.requestSubmit();
		else form.submit();
	}

	function begin(box) {
		const form = box.closest("form");
		const button = box.querySelector("button");
		const said = box.querySelector("[role='status']");
		const needed = box.dataset.needs.split(" ").filter(Boolean).map((name) => form.elements.namedItem(name));

		function say(text, wrong) {
			said.hidden = !text;
			said.className = wrong ? "emsg" : "hint";
			said.textContent = text || "";
		}

		if (location.origin !== box.dataset.origin) return say(box.dataset.tElsewhere);
		if (!window.PublicKeyCredential) return say(box.dataset.tNone);
		button.hidden = false;
		button.addEventListener("click", async () => {
			if (!needed.every((input) => input.reportValidity())) return;
			button.disabled = true;
			say(box.dataset.tWaiting);
			try {
				const asked = await ask(box, form);
				const made = await (box.dataset.act === "create" ? creation(asked) : signature(asked));

				for (const input of box.querySelectorAll("[data-part]"))
					input.value = parts[input.dataset.part](made, asked);
				say("");
				send(form);
			} catch (e) {
				say(e instanceof TypeError || e instanceof SyntaxError ? box.dataset.tFailed : box.dataset.tRefused, true);
			}
			button.disabled = false;
		});
	}

	for (const box of document.querySelectorAll("[data-key]")) begin(box);
})();
