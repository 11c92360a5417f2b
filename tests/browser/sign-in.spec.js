// Coming in and going out.
import { Appliance } from './support/appliance.js';
import { expect, expectGood, test } from './support/fixtures.js';
import { PASSWORD, join, totp } from './support/staff.js';

test('the first start leads from the setup link to the dashboard', async ({ page }) => {
  const appliance = await Appliance.start({ knowledge: false });
  try {
    await page.goto(`${appliance.url}/dashboard`);
    await expect(page.getByText('not set up yet')).toBeVisible();
    const ada = await join(page, appliance.setupLink, 'ada@bank.example', 'Ada Lovelace', expectGood);
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
    await expect(page.getByText('Nobody has asked anything')).toBeVisible();
    await expectGood(page);
    await page.goto(appliance.setupLink);
    await expect(page.getByText('This link does not work any more')).toBeVisible();
    expect(ada.codes).toHaveLength(10);
  } finally {
    await appliance.end();
  }
});

test('signing in takes a password and a code of the authenticator app', async ({ page, appliance, another, hire }) => {
  const grace = await hire(await another(), 'viewer');
  await page.goto(`${appliance.url}/dashboard/w/main/gaps`);
  await expectGood(page);
  await page.getByLabel('E-mail address').fill(grace.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('alert')).toHaveText('E-mail address or password is wrong.');
  await expectGood(page);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByLabel('One-time code').fill('000000');
  await page.keyboard.press('Enter');
  await expect(page.getByText('This code is wrong or was used already')).toBeVisible();
  await expectGood(page);
  // The app's next code: the present one made the account.
  await page.getByLabel('One-time code').fill(totp(grace.key, Date.now() + 30_000));
  await page.keyboard.press('Enter');
  // Where they wanted to go.
  await expect(page).toHaveURL(`${appliance.url}/dashboard/w/main/gaps`);
});

test('an invitation is accepted once', async ({ page, appliance, another }) => {
  const ada = appliance.owner;
  await ada.signIn(page, appliance.url);
  await page.getByRole('link', { name: 'Team' }).click();
  await page.getByRole('link', { name: 'Invite' }).click();
  await ada.stepUp(page);
  await page.getByLabel('E-mail address').fill('not an address');
  await page.locator('#email').evaluate((input) => { input.type = 'text'; });
  await page.getByRole('button', { name: 'Invite' }).click();
  await expect(page.locator('#email-error')).toBeVisible();
  await page.getByLabel('E-mail address').fill('barbara@bank.example');
  await page.getByLabel('Role').selectOption('member');
  await page.getByRole('button', { name: 'Invite' }).click();
  const link = await page.locator('#link').textContent();
  await expectGood(page);

  const theirs = await another();
  await join(theirs, link.trim(), 'barbara@bank.example', 'Barbara Liskov', expectGood);
  await expect(theirs.getByRole('link', { name: 'Playground' })).toBeVisible();
  await expect(theirs.getByRole('link', { name: 'API keys' })).toHaveCount(0);
  const late = await another();
  await late.goto(link.trim());
  await expect(late.getByText('This link does not work any more')).toBeVisible();
  await page.goto(`${appliance.url}/dashboard/w/main/team`);
  await expect(page.getByText('Barbara Liskov', { exact: true }).first()).toBeVisible();
});

test('signing out in one tab ends the other, and "back" shows nothing', async ({ page, context, appliance, hire }) => {
  await hire(page, 'member');
  await page.getByRole('link', { name: 'Knowledge' }).click();
  const other = await context.newPage();
  await other.goto(`${appliance.url}/dashboard/w/main/gaps`);
  await page.locator('summary', { hasText: 'Account:' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/dashboard\/sign-in/);
  await expect(page.getByRole('status')).toBeVisible();
  await expect(other).toHaveURL(/\/dashboard\/sign-in/);
  await page.goBack();
  await expect(page).toHaveURL(/\/dashboard\/sign-in/);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Knowledge' })).toHaveCount(0);
});

test('a session that an owner ends elsewhere is over on the open page too', async ({ page, appliance, another, hire }) => {
  const grace = await hire(page, 'member');
  const boss = await another();
  const owner = await hire(boss, 'owner');
  await boss.goto(`${appliance.url}/dashboard/people`);
  await boss.getByRole('link', { name: grace.name }).click();
  await expectGood(boss);
  await boss.getByRole('link', { name: 'Disable' }).click();
  await owner.stepUp(boss);
  await boss.getByRole('button', { name: 'Disable' }).click();
  await expect(boss.getByText('signed out everywhere')).toBeVisible();
  // The page of the other one hears of it within a quarter of a minute.
  await expect(page).toHaveURL(/\/dashboard\/sign-in/, { timeout: 30_000 });
});

test('who lost the telephone or forgot the password comes in again with the other and a link', async ({ appliance, another, hire }) => {
  const page = await another();
  const grace = await hire(page, 'member');
  for (const [act, button] of [['reset-totp', 'Go on'], ['reset-password', 'Go on']]) {
    const said = await appliance.command('user', act, grace.email);
    await page.goto(appliance.url + said.match(/\/dashboard\/reset\/\S+/)[0]);
    await expectGood(page);
    if (act === 'reset-totp') {
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: button }).click();
      grace.key = await page.locator('#secret').textContent();
      await page.getByLabel('Code that the app shows now').fill(totp(grace.key));
      await page.getByRole('button', { name: 'Confirm' }).click();
      grace.codes = await page.locator('#codes li').allTextContents();
      expect(grace.codes).toHaveLength(10);
    } else {
      await page.getByLabel('New password', { exact: true }).fill('eleven blue harvest moons');
      await page.getByLabel('New password, once more').fill('eleven blue harvest moons');
      await page.getByLabel(/code/i).fill(grace.code());
      await page.getByRole('button', { name: button }).click();
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    }
  }
});
