// run.mjs SPEC… — runs browser specs one after the other and counts.  A spec is a module whose default export takes
// the house (harness.mjs) and says what it saw with house.ok(condition, name, detail).  Prints the failures and
// what each spec counted; the last line is «N passed, N failed».
import { House } from './harness.mjs';

const house = new House();
for (const file of process.argv.slice(2)) {
	const before = { ...house.counted };
	const started = Date.now();

	try {
		const spec = await import(`./${file}`);

		await house.open();
		await spec.default(house);
	} catch (e) {
		house.ok(false, `${file} runs to its end`, e.stack);
	}
	const { passed, failed } = house.counted;
	const seconds = Math.round((Date.now() - started) / 1000);

	console.log(`# ${file}: ${passed - before.passed} ok, ${failed - before.failed} not ok, ${seconds} s`);
}
await house.close();
console.log(`${house.counted.passed} passed, ${house.counted.failed} failed`);
process.exit(house.counted.failed ? 1 : 0);
