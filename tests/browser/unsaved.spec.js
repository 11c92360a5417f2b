// Nothing that was written is lost: by a slip, by a browser that closes, by a session that ends.
import { Appliance } from './support/appliance.js';
import { expect, expectGood, test } from './support/fixtures.js';
import { PASSWORD, join } from './support/staff.js';

const status = (page) => page.locator('[data-kept]');

/** Signs in where one has to, without losing one's way. */
async function signInHere(page, who) {
  await page.getByLabel('E-mail address').fill(who.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByLabel('One-time code').fill(who.code());
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Ends a person's session from another browser. */
async function endSessions(page, appliance, who) {
  await who.signIn(page, appliance.url);
  await page.goto(`${appliance.url}/dashboard/account`);
  await page.getByRole('button', { name: 'End all others' }).click();
  await expect(page.getByText('Your other sessions have ended')).toBeVisible();
}

test('the editor keeps what is typed, and it is there again', async ({ page, context, appliance, hire }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await expect(status(page)).toContainText('kept for you');
  await page.getByLabel('Title').fill('Half a thought');
  await page.getByLabel('Text').fill('The heron stands');
  await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  await expectGood(page);
  await expect(page).toHaveURL(/articles\/new\?copy=\w{20}$/);
  // It is safe: the browser closes without a question, as by a power cut.
  let asked = false;
  page.on('dialog', (dialog) => { asked = true; dialog.accept(); });
  await page.close({ runBeforeUnload: true });
  expect(asked).toBe(false);

  const again = await context.newPage();
  await again.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await expectGood(again);
  await again.getByRole('link', { name: 'Go on writing Half a thought' }).click();
  await expect(again.getByLabel('Text')).toHaveValue('The heron stands');
  await expectGood(again);
  await again.getByLabel('Text').fill('The heron stands on one leg.');
  await expect(status(again)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  await again.getByRole('button', { name: 'Save the draft' }).click();
  await expect(again.getByRole('status')).toContainText('The draft is saved');
  await again.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await expect(again.getByText('Half a thought')).toHaveCount(0);
});

test('the editor of approved answers keeps what is typed, and it is there again', async ({ page, context, appliance, another, hire }) => {
  await hire(page, 'member');
  const base = `${appliance.url}/dashboard/w/main/approved`;
  await page.goto(`${base}/new`);
  await expect(status(page)).toContainText('kept for you');
  await page.getByLabel('Question').fill('Do herons sleep?');
  await page.getByLabel('Further phrasings').fill('Do herons nap?');
  await page.getByLabel('Answer, word for word').fill('On one leg');
  await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  await expectGood(page);
  await expect(page).toHaveURL(/approved\/new\?copy=\w{20}$/);
  let asked = false;
  page.on('dialog', (dialog) => { asked = true; dialog.accept(); });
  await page.close({ runBeforeUnload: true });
  expect(asked).toBe(false);

  const again = await context.newPage();
  await again.goto(`${base}/new`);
  await expectGood(again);
  await again.getByRole('link', { name: 'Go on writing Do herons sleep?' }).click();
  await expect(again.getByLabel('Answer, word for word')).toHaveValue('On one leg');
  await expect(again.getByLabel('Further phrasings')).toHaveValue('Do herons nap?');
  await expectGood(again);
  // What is looked for is no text, and what was picked is one.
  const search = again.getByLabel('Find a document or an article');
  await search.fill('a');
  await again.keyboard.press('Control+s');
  await expect(status(again)).toHaveText('Nothing has changed yet.');
  await search.press('Enter');
  await again.getByRole('button', { name: /^Add / }).first().click();
  await expect(again.getByLabel('Path of source 1')).not.toHaveValue('');
  const picked = await again.getByLabel('Path of source 1').inputValue();
  await expect(status(again)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  await again.goto(`${base}/new`);
  await again.getByRole('link', { name: 'Go on writing Do herons sleep?' }).click();
  await expect(again.getByLabel('Path of source 1')).toHaveValue(picked);

  // The button counts that is pressed while a text is on its way.
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  await again.route(/working-copy$/, async (route) => { await held; await route.continue(); });
  const sent = again.waitForRequest(/working-copy$/);
  await again.getByLabel('Answer, word for word').fill('On one leg.');
  await sent;
  await again.getByRole('button', { name: 'Save and submit for review' }).click();
  letGo();
  await expect(again.getByText('It is in review.')).toBeVisible();
  await again.unroute(/working-copy$/);
  await expect(again.getByLabel('Answer, word for word')).toHaveValue('On one leg.');
  const answer = again.url();

  await expect(status(again)).toContainText('kept for you');
  await again.getByLabel('Answer, word for word').fill('Standing.');
  await expect(status(again)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  const theirs = await another();
  await hire(theirs, 'member');
  await theirs.goto(answer);
  await expect(theirs.getByText('have not saved it')).toHaveCount(0);
  await theirs.getByLabel('Answer, word for word').fill('By somebody else.');
  await theirs.getByRole('button', { name: 'Save the draft' }).click();
  await expect(theirs.getByText('The draft is saved')).toBeVisible();
  await again.getByLabel('Answer, word for word').fill('Standing, mostly.');
  await expect(status(again)).toContainText('somebody else has saved version 2');
  await again.goto(answer);
  await again.getByRole('button', { name: 'Discard it Do herons sleep?' }).click();
  await expect(again.getByText('What you had not saved is discarded.')).toBeVisible();
  await expect(again.getByText('You were writing here')).toHaveCount(0);
});

test('the last words are kept, however soon the page is left', async ({ page, appliance, hire }) => {
  await hire(page, 'member');
  const start = `${appliance.url}/dashboard/w/main/articles/new`;
  let asked = 0;
  let answer = 'accept';
  page.on('dialog', async (dialog) => {
    asked += dialog.type() === 'beforeunload' ? 1 : 0;
    await dialog[answer]();
  });
  await page.goto(start);
  await page.getByLabel('Title').fill('Half a thought');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByLabel('Title')).toHaveCount(0);
  expect(asked).toBe(0);
  const goOn = page.getByRole('link', { name: 'Go on writing Half a thought' });
  await expect(async () => {
    await page.goto(start);
    await expect(goOn).toBeVisible({ timeout: 500 });
  }).toPass();
  await goOn.click();
  await expect(page.getByLabel('Title')).toHaveValue('Half a thought');
  // More than a browser sends for a page that is gone.
  await page.getByLabel('Text').fill('heron '.repeat(12_000));
  answer = 'dismiss';
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect.poll(() => asked).toBe(1);
  await expect(page.getByLabel('Title')).toHaveValue('Half a thought');
});

test('Ctrl+S keeps the text at once, and saves a form without drafts', async ({ page, appliance, hire }) => {
  const admin = await hire(page, 'admin');
  await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await page.keyboard.press('Control+s');
  await expect(status(page)).toHaveText('Nothing has changed yet.');
  const kept = page.waitForResponse(/articles\/working-copy$/);
  await page.getByLabel('Title').fill('By key');
  await page.keyboard.press('Control+s');
  await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./, { timeout: 1_400 });
  expect((await kept).status()).toBe(200);
  await page.getByLabel('Text').fill('By the other key.');
  await page.keyboard.press('Meta+s');
  await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  await page.goto(`${appliance.url}/dashboard/w/main/approved/new`);
  await page.getByLabel('Question').fill('Is there a heron?');
  await page.keyboard.press('Control+s');
  await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./, { timeout: 1_400 });
  await page.goto(`${appliance.url}/dashboard/w/main/settings`);
  await page.keyboard.press('Control+s');
  await admin.stepUp(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('The settings are saved.')).toBeVisible();
});

test('a text that could not be kept says why, and is tried again', async ({ page, appliance, hire, problems }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await page.route(/working-copy$/, (route) => route.abort('connectionrefused'));
  await page.getByLabel('Title').fill('In a tunnel');
  await expect(status(page)).toHaveText('Not kept: the server does not answer. It is tried again.');
  await expectGood(page);
  await page.unroute(/working-copy$/);
  await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  // The browser writes to its console what this test did on purpose.
  expect(problems.filter((problem) => !problem.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  problems.length = 0;
});

test('two windows and two people do not overwrite each other', async ({ page, context, appliance, another, hire }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await page.getByLabel('Title').fill('Shared');
  await page.getByLabel('Text').fill('First.');
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await page.getByRole('link', { name: 'Edit' }).click();
  const editor = page.url();
  await page.getByLabel('Text').fill('Second.');
  await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  const window = await context.newPage();
  await window.goto(page.url());
  await window.getByLabel('Text').fill('Third.');
  await expect(status(window)).toContainText(/^Kept for you at \d.*; not saved yet\./);
  await page.getByLabel('Text').fill('Fourth.');
  await expect(status(page)).toContainText('Not kept: another window has kept a newer text');

  const theirs = await another();
  await hire(theirs, 'member');
  await theirs.goto(editor);
  await theirs.getByLabel('Text').fill('By somebody else.');
  await theirs.getByRole('button', { name: 'Save the draft' }).click();
  await expect(theirs.getByRole('status')).toContainText('saved');
  await window.getByLabel('Text').fill('Fifth.');
  await expect(status(window)).toContainText('somebody else has saved version 2');
  await window.getByRole('button', { name: 'Save the draft' }).click();
  await expect(window.getByText('This was not saved')).toBeVisible();
  await expect(window.getByLabel('Text')).toHaveValue('Fifth.');
  await expectGood(window);
});

test('a session that ends while somebody types loses nothing', async ({ page, appliance, another, hire }) => {
  const grace = await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await page.getByLabel('Title').fill('Unfinished');
  await endSessions(await another(), appliance, grace);
  await page.getByLabel('Text').fill('The kingfisher dives at noon.');
  await expect(status(page)).toContainText('Not kept: your session has ended');
  await expectGood(page);
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByText('What you typed is kept')).toBeVisible();
  await expectGood(page);
  await signInHere(page, grace);
  await expect(page.getByRole('heading', { name: 'What you typed is still here' })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('The kingfisher dives at noon.')).toBeVisible();
});

test('a page that leaves because its session is over takes the text along', async ({ page, context, appliance, hire }) => {
  const grace = await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/approved/new`);
  await page.getByLabel('Question').fill('Do herons bite?');
  await page.getByLabel('Answer, word for word').fill('They do not.');
  const other = await context.newPage();
  await other.goto(`${appliance.url}/dashboard/w/main/gaps`);
  await other.locator('summary', { hasText: 'Account:' }).click();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('What you typed is kept')).toBeVisible();
  await signInHere(page, grace);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('The draft is saved')).toBeVisible();
});

test('below a path, scripts know where everything is', async ({ page, context }) => {
  const appliance = await Appliance.start({ knowledge: false, base: '/bot' });
  try {
    await join(page, appliance.setupLink, 'ada@bank.example', 'Ada Lovelace');
    await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
    await page.getByLabel('Title').fill('Below');
    await expect(status(page)).toContainText(/^Kept for you at \d.*; not saved yet\./);
    await expect(page).toHaveURL(/\/bot\/dashboard\/w\/main\/articles\/new\?copy=/);
    await page.goto(`${appliance.url}/dashboard/w/main/gaps`);
    const asked = page.waitForResponse(/\/session$/);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    expect(new URL((await asked).url()).pathname).toBe('/bot/dashboard/session');
    const other = await context.newPage();
    await other.goto(`${appliance.url}/dashboard/account`);
    await other.locator('summary', { hasText: 'Account:' }).click();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/bot\/dashboard\/sign-in$/);
  } finally {
    await appliance.end();
  }
});
