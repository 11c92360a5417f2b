// One browser, one worker: the tests share an appliance, and the machine has two cores.
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.js';

export default defineConfig({
  testDir: '.',
  workers: 1,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  outputDir: 'results',
  reporter: [['list']],
  use: {
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 860 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    launchOptions: {
      executablePath: chromium(),
      // Nothing of the browser's own talks to the network, so that whatever does is a page's fault.
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-quic',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
