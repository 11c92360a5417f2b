// What every test has: an appliance, people, and a guard against what no page of ours may do.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import { Appliance } from './appliance.js';
import { join } from './staff.js';

/** Fails a test whose pages asked another origin, broke the content security policy, or wrote an error to the console. */
function guard(context, problems) {
  const origins = new Set();
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'blob:' || url.protocol === 'about:') return;
    origins.add(url.origin);
    if (url.hostname !== 'localhost' || origins.size > 1) problems.push(`a request to ${url.origin}`);
  });
  context.on('weberror', (error) => problems.push(`an error in a script: ${error.error()}`));
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // A page that says no (a wrong password, a missing page) has a status that the browser tells of; a file that is missing is a fault.
    const isAnswer = /status of (4\d\d|503)/.test(message.text()) && !message.location().url.includes('/static/');
    if (!isAnswer) problems.push(`in the console: ${message.text()} (${message.location().url})`);
  });
}

let people = 0;

export const test = base.extend({
  // One for all tests of a worker; those that need a new one start it themselves.
  appliance: [
    async ({ browser }, use) => {
      const appliance = await Appliance.start();
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      appliance.owner = await join(await context.newPage(), appliance.setupLink, 'ada@bank.example', 'Ada Lovelace');
      await context.close();
      await use(appliance);
      await appliance.end();
    },
    { scope: 'worker' },
  ],

  problems: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const problems = [];
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, problems }, use) => {
    guard(context, problems);
    await use(context);
  },

  /** A browser of somebody else. */
  another: async ({ browser, problems }, use) => {
    const contexts = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 860 }, ...options });
      guard(context, problems);
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  /** A new member of staff with a role, signed in on a page. */
  hire: async ({ appliance }, use) => {
    await use(async (page, role, workspace = 'main') => {
      people += 1;
      const email = `${role}-${people}@bank.example`;
      const link = await appliance.invite(email, role, workspace);
      return join(page, link, email, `${role[0].toUpperCase()}${role.slice(1)} ${people}`);
    });
  },
});

/** axe finds nothing wrong, and nothing is wider than the screen. */
export async function expectGood(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
  expect(found, `axe on ${page.url()}`).toEqual([]);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider, `${page.url()} is wider than the screen`).toBe(0);
}

export { expect };
