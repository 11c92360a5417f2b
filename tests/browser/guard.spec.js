// That the guard of all other tests sees what it is there for: each of these must fail.
import { test } from './support/fixtures.js';

for (const [name, fault] of [
  ['another origin', () => fetch('https://127.0.0.1:1/').catch(() => {})],
  ['an inline style', () => document.body.setAttribute('style', 'color: red')],
  ['an inline script', () => document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))],
  ['an error in a script', () => setTimeout(() => { throw new Error('on purpose'); })],
]) {
  test(`the guard sees ${name}`, async ({ page, appliance }) => {
    test.fail();
    await page.goto(`${appliance.url}/dashboard/sign-in`);
    await page.evaluate(fault);
    await page.waitForTimeout(300);
  });
}
