// That the guard of all other tests sees what it is there for.
import { expect, test } from './support/fixtures.js';

for (const [name, fault, seen] of [
  ['another origin', () => fetch('https://127.0.0.1:1/').catch(() => {}), /request to https:\/\/127\.0\.0\.1:1|connect-src/],
  ['an inline style', () => document.body.setAttribute('style', 'color: red'), /style-src/],
  ['an inline script', () => document.body.append(Object.assign(document.createElement('script'), { textContent: '1' })), /script-src/],
  ['an error in a script', () => setTimeout(() => { throw new Error('on purpose'); }), /on purpose/],
]) {
  test(`the guard sees ${name}`, async ({ page, appliance, problems }) => {
    await page.goto(`${appliance.url}/dashboard/sign-in`);
    expect(problems).toEqual([]);
    await page.evaluate(fault);
    await expect.poll(() => problems.join()).toMatch(seen);
    problems.length = 0;
  });
}
