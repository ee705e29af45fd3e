// keys.spec.mjs — security keys with Chromium's own software key (WebAuthn of the DevTools protocol): registered, signed in
// with, refused; in French and Arabic, wide and narrow; and what the pages say where a key cannot be used.


async function key(page) {
	const cdp = await page.context().newCDPSession(page);

	await cdp.send('WebAuthn.enable');
	const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: true, isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});

	return {
		verified: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
		credentials: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
	};
}

async function look(house, page, name) {
	house.ok(!(await house.overflow(page)), `${name}: nothing sticks out`, await house.overflow(page));
	house.keep(name, await page.content());
	await page.waitForTimeout(400); // the page before has faded
	await house.screenshot(page, name);
	const found = await house.axe(page);

	house.ok(!found.length, `${name}: axe`, found.join('\n'));
}

async function fill(page, account) {
	await page.fill('#login', account.login);
	await page.fill('#password', account.password);
}

async function walk(house, home, account, lang, width) {
	const at = `${lang} ${width}`;
	const context = await house.context({ lang, width, bypassCSP: true });

	await context.addCookies([{ name: 'lang', value: lang, url: home }]);
	const page = await context.newPage();
	const soft = await key(page);
	const seen = house.watch(page);

	await page.goto(`${home}/sign-in`);
	await look(house, page, `keys-sign-in-${lang}-${width}`);
	await fill(page, account);
	await page.fill('#code', await house.freshCode(account.login));
	await page.click('main form .btn[type=submit]');
	await page.goto(`${home}/account/keys`);
	await look(house, page, `keys-none-${lang}-${width}`);
	await page.click('[data-key] button');
	house.ok(await page.evaluate(() => document.activeElement.id === 'name'), `${at}: a name is asked for first`);
	await page.fill('#name', lang === 'ar' ? 'المفتاح الأزرق' : 'Clé bleue « au trousseau »');
	await soft.verified(false);
	await page.click('[data-key] button');
	await page.waitForSelector('[data-key] [role=status]:not([hidden])');
	await page.waitForFunction(() => !document.querySelector('[data-key] button').disabled);
	house.ok((await page.inputValue('#name')).length > 5, `${at}: the key asked nobody: said, the name kept`);
	await look(house, page, `keys-refused-${lang}-${width}`);
	await soft.verified(true);
	await Promise.all([page.waitForURL('**/account/keys?done=key'), page.click('[data-key] button')]);
	const [made] = await soft.credentials();

	house.ok(made && made.isResidentCredential === false, `${at}: nothing can be listed on the key that is found`, JSON.stringify(made));
	await look(house, page, `keys-one-${lang}-${width}`);
	await page.goto(`${home}/account/password`);
	await look(house, page, `keys-password-${lang}-${width}`);
	await page.click('header form button');
	await page.goto(`${home}/sign-in`);
	await page.click('[data-key] button');
	house.ok(await page.evaluate(() => document.activeElement.id === 'login'), `${at}: the account is asked for first`);
	await fill(page, account);
	await page.fill('#password', 'not mine at all');
	await Promise.all([page.waitForNavigation(), page.click('[data-key] button')]);
	house.ok(await page.isVisible('main .note.err') && (await page.inputValue('#login')) === account.login, `${at}: a wrong password beside the key`);
	await fill(page, account);
	await Promise.all([page.waitForURL((u) => u.pathname === '/'), page.click('[data-key] button')]);
	house.ok(await page.isVisible('header .me'), `${at}: signed in with the key`);
	house.ok((await soft.credentials())[0].signCount >= 2, `${at}: the key counted`);
	await page.goto(`${home}/account/keys`);
	await Promise.all([page.waitForURL('**/account/keys?done=key-removed'), page.click('table form button')]);
	house.ok(!(await page.isVisible('table')), `${at}: removed`);
	house.ok(!seen.length, `${at}: no policy was broken`, seen.join('\n'));
	await context.close();
}

// Without a script, at another address, in a browser without keys: one sentence, and the code.
async function without(house, home) {
	const blind = await house.context({ javaScript: false, width: 320 });
	const { page } = await house.visit(blind, '/sign-in');

	house.ok(await page.isVisible('noscript p') && !(await page.isVisible('[data-key] button')), 'without a script: the page says why, and offers the code');
	await house.screenshot(page, 'keys-without-script-320');
	await blind.close();

	const away = await house.context({});
	const other = (await house.visit(away, '/sign-in')).page;

	house.ok((await other.textContent('[data-key] [role=status]')).includes(home) && !(await other.isVisible('[data-key] button')), 'at another address: which one it is');
	await away.close();

	const old = await house.context({});

	await old.addInitScript(() => delete window.PublicKeyCredential);
	const page2 = await old.newPage();

	await page2.goto(`${home}/sign-in`);
	house.ok(await page2.isVisible('[data-key] [role=status]') && !(await page2.isVisible('[data-key] button')), 'a browser without keys: said');
	await old.close();

	const strict = await house.context({});
	const bare = await strict.newPage();
	const seen = house.watch(bare);

	await key(bare);
	await bare.goto(`${home}/sign-in`);
	await fill(bare, { login: 'nobody.at.all', password: 'not mine at all' });
	await bare.click('[data-key] button');
	await bare.waitForFunction(() => !document.querySelector('[data-key] button').disabled);
	house.ok(await bare.isVisible('[data-key] [role=status]'), 'no key of this account: said');
	house.ok(!seen.length, 'under the strict policies', seen.join('\n'));
	await strict.close();
}

export default async function keys(house) {
	await house.serve();
	const home = house.base.replace('127.0.0.1', 'localhost');
	const people = house.accounts.filter((a) => a.role === 'CMF' || a.role === 'CMR');

	await walk(house, home, people[0], 'fr', 1280);
	await walk(house, home, people[1], 'ar', 320);
	if (process.env.PAGES === 'full') {
		await walk(house, home, people[0], 'fr', 320);
		await walk(house, home, people[1], 'ar', 1280);
	}
	await without(house, home);
}
