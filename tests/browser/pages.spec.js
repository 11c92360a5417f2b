// Every page that the table of routes knows, in light and dark, wide and narrow, with axe.
import { expect, expectGood, test } from './support/fixtures.js';

/** Those that are no pages: a stream, a status, a download. */
const NO_PAGE = ['/dashboard/session', '/dashboard/w/{workspace}/live', '/dashboard/w/{workspace}/removals/{seq}/certificate'];
/** What only the flows in the other files lead to, where they are looked at. */
const IN_FLOWS = ['/dashboard/setup/{token}', '/dashboard/join/{token}', '/dashboard/reset/{token}', '/dashboard/enrolment', '/dashboard/sign-in/code'];

/** One of everything, so that there is no page without something on it. */
async function places(page, appliance) {
  const base = `${appliance.url}/dashboard/w/main`;
  const first = async (path, pattern) => {
    await page.goto(`${base}${path}`);
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    return links.map((link) => link?.match(pattern)?.[1]).find(Boolean);
  };
  await page.goto(`${base}/articles/new`);
  await page.getByLabel('Title').fill('A title that is so long that it has to be broken into several lines on every screen, however wide it may be');
  await page.getByLabel('Text').fill('## One\n\nText.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n');
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByRole('status')).toBeVisible();
  const article = page.url().match(/articles\/(\w+)/)[1];
  await page.goto(`${base}/approved/new`);
  await page.getByLabel('Question').fill('Is there a cash machine on the moon?');
  await page.getByLabel('Answer, word for word').fill('Not yet.');
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByText('The draft is saved')).toBeVisible();
  await page.goto(`${base}/upload`);
  await page.getByLabel('Label').selectOption('public');
  await page.locator('#files').setInputFiles({ name: 'waits.md', mimeType: 'text/markdown', buffer: Buffer.from('# It waits\n\nFor a second pair of eyes.\n') });
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.locator('tr[data-outcome=waiting]')).toHaveCount(1);
  await page.goto(`${appliance.url}/help/main`);
  await page.getByLabel('Your question').fill('Do you sell umbrellas?');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect.poll(() => first('/gaps', /gaps\/(\w{20})/)).toBeTruthy();
  const doomed = await first('/knowledge?text=damaged', /documents\/(\w{20})/);
  await page.goto(`${base}/documents/${doomed}/delete`);
  await page.getByRole('button', { name: 'Delete' }).click();
  const removal = page.url().match(/removals\/(\d+)/)[1];
  await page.goto(`${appliance.url}/dashboard/workspaces`);
  const workspace = (await page.locator('a[href*="/rename"]').first().getAttribute('href')).split('/')[3];
  await page.goto(`${appliance.url}/dashboard/people`);
  const person = (await page.locator('table a[href^="/dashboard/people/"]').first().getAttribute('href')).split('/')[3];
  return [
    ['/documents/{id}', `/documents/${await first('/knowledge?text=isa', /documents\/(\w{20})/)}`],
    ['/reviews/{id}', `/reviews/${await first('/reviews', /reviews\/(\w{20})/)}`],
    ['/articles/{id}', `/articles/${article}`],
    ['/versions/{number}', '/versions/1'],
    ['/approved/{id}', `/approved/${await first('/approved', /approved\/(\w{20})/)}`],
    ['/gaps/{id}', `/gaps/${await first('/gaps', /gaps\/(\w{20})/)}`],
    ['/team/{id}', `/team/${await first('/team', /team\/(\w{20})/)}`],
    ['/removals/{seq}', `/removals/${removal}`],
    ['/workspaces/{id}', `/workspaces/${workspace}`],
    ['/people/{id}/{act}', `/people/${person}/reset-password`],
    ['/people/{id}', `/people/${person}`],
    ['/w/{workspace}', '/w/main'],
  ];
}

test('axe finds nothing wrong on any page', async ({ page, appliance, another, hire }) => {
  test.setTimeout(600_000);
  await hire(await another(), 'member');
  const owner = await hire(page, 'owner');
  const known = await places(page, appliance);
  const routes = JSON.parse(await appliance.command('routes', '--json'));
  const pages = routes
    .filter((route) => route.method === 'GET' && route.path.startsWith('/dashboard') && !NO_PAGE.includes(route.path) && !IN_FLOWS.includes(route.path))
    .map((route) => known.reduce((path, [place, value]) => path.replace(place, value), route.path));
  expect(pages.length).toBeGreaterThan(45);
  for (const path of pages) {
    expect(path, 'every place is known').not.toContain('{');
    for (const [width, colorScheme] of [[1280, 'light'], [320, 'dark']]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.goto(`${appliance.url}${path}`);
      if (page.url().includes('/step-up') && !path.includes('/step-up')) await owner.stepUp(page);
      await expectGood(page);
    }
  }
  for (const path of ['/dashboard/nothing', '/help/main', '/help/main/pages']) {
    await page.goto(`${appliance.url}${path}`);
    await expectGood(page);
  }
  await page.locator('li', { hasText: 'no longer in force' }).getByRole('link').first().click();
  await expect(page.getByText('This page is no longer in force.')).toBeVisible();
  await expectGood(page);
});

test('a reply to a greeting is where the reader is', async ({ page, appliance }) => {
  await page.goto(`${appliance.url}/help/main`);
  await page.getByLabel('Your question').fill('hello');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByRole('heading', { name: 'Reply' })).toBeFocused();
  await expectGood(page);
});

test('a visitor asks, says why it did not help, and keeps the answer', async ({ appliance, another }) => {
  const page = await another({ javaScriptEnabled: false });
  await page.goto(`${appliance.url}/help/main`);
  await page.getByLabel('Your question').fill('How do I get back into online banking when I am locked out?');
  await page.getByRole('button', { name: 'Ask' }).click();
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect(answer).toContainText('membership number');
  const quotation = page.locator('blockquote').first();
  await expect(quotation).toBeHidden();
  await page.getByText('Quotation').first().click();
  await expect(quotation).toBeVisible();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await expect(answer).toContainText('membership number');
  await page.getByLabel('It is not complete').check();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('status')).toContainText('better answer');
  await expect(answer).toContainText('membership number');
  expect(page.url()).not.toContain('banking');
});

test('roles see what they may', async ({ page, appliance, another, hire }) => {
  const offers = async (browser) => {
    await browser.goto(`${appliance.url}/dashboard/w/main/knowledge`);
    const links = await browser.getByRole('link').allTextContents();
    return ['Write an article', 'Upload', 'API keys', 'Audit log', 'Settings', 'Workspaces', 'People'].filter((name) => links.some((link) => link.trim() === name));
  };
  await hire(page, 'viewer');
  expect(await offers(page)).toEqual([]);
  for (const [role, expected] of [
    ['member', ['Write an article', 'Upload']],
    ['admin', ['Write an article', 'Upload', 'API keys', 'Audit log', 'Settings']],
    ['owner', ['Write an article', 'Upload', 'API keys', 'Audit log', 'Settings', 'Workspaces', 'People']],
  ]) {
    const theirs = await another();
    await hire(theirs, role);
    expect(await offers(theirs)).toEqual(expected);
  }
  await page.goto(`${appliance.url}/dashboard/w/main/settings`);
  await expect(page.getByText('your role does not allow this', { exact: false })).toBeVisible();
  await expectGood(page);
});

test('reading and forms work without a script', async ({ appliance, another, hire }) => {
  const page = await another({ javaScriptEnabled: false });
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main`);
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await page.goto(`${appliance.url}/dashboard/w/main/knowledge`);
  await page.getByLabel('Search').fill('chaps');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.locator('#items tbody tr')).toHaveCount(1);
  await page.getByRole('link', { name: 'Upload' }).click();
  await page.getByLabel('Choose files').setInputFiles([
    { name: 'owls.md', mimeType: 'text/markdown', buffer: Buffer.from('# Owls\n\nThe owls come at night.\n') },
    { name: 'owls.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 1]) },
  ]);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.locator('tr[data-outcome=added]')).toHaveCount(1);
  await expect(page.locator('tr[data-outcome=failed]')).toHaveCount(1);
  await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await page.getByLabel('Title').fill('Without a script');
  await page.getByLabel('Text').fill('It works.');
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByRole('status')).toContainText('saved');
  await page.locator('summary', { hasText: 'Account:' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a keyboard is enough', async ({ page, appliance, hire }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/knowledge`);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Upload' })).toBeFocused();
  await page.goto(`${appliance.url}/dashboard/w/main/playground`);
  await expect(page.getByLabel('Question')).toBeFocused();
  await page.keyboard.type('What are the opening hours of the Stannerbridge branch?');
  await page.keyboard.press('Enter');
  await expect(page.getByText('9.30am to 4pm').first()).toBeVisible();
  // What has the focus shows it.
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  expect(outline).not.toBe('none');
  // A menu opens, and Escape closes it and gives the focus back.
  const menu = page.locator('details.menu').last();
  await menu.locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
  await expect(menu.locator('summary')).toBeFocused();
});

test('on a telephone, what one comes for is in sight', async ({ page, appliance, another, hire }) => {
  // As narrow as one, and so high that nothing is below.
  const telephone = { width: 360, height: 2400 };
  const sees = (browser, name) => expect(browser.getByRole('columnheader', { name, exact: true }).first()).toBeInViewport({ ratio: 1 });
  const theirs = await another({ viewport: telephone });
  await hire(theirs, 'member');
  await hire(page, 'owner');
  await theirs.goto(`${appliance.url}/dashboard/w/main/upload`);
  await theirs.getByLabel('Label').selectOption('public');
  const name = `${'a_name_without_a_place_to_break_it_'.repeat(3)}.md`;
  await theirs.locator('#files').setInputFiles({ name, mimeType: 'text/markdown', buffer: Buffer.from('# It is long\n\nIts name, that is.\n') });
  await theirs.getByRole('button', { name: 'Upload' }).click();
  await expect(theirs.locator('tr[data-outcome=waiting]')).toHaveCount(1);
  await sees(theirs, 'Outcome');
  await page.setViewportSize(telephone);
  const base = `${appliance.url}/dashboard/w/main`;
  for (const [path, cell] of [['/knowledge?force=no', 'td .badge.warn'], ['/disagreements', 'td:nth-child(2)']]) {
    await page.goto(`${base}${path}`);
    await expect(page.locator(cell).first()).toBeInViewport({ ratio: 1 });
    const overflow = await page.locator('.scroll').first().evaluate((region) => region.scrollWidth - region.clientWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
  await page.goto(`${appliance.url}/dashboard/w/main/reviews`);
  await sees(page, 'What');
  await page.goto(`${appliance.url}/dashboard/system`);
  await sees(page, 'Result');
});

test('a text from right to left is shown so, and only that', async ({ page, appliance, hire }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/upload`);
  await page.getByLabel('Label').selectOption('staff');
  await page.locator('#files').setInputFiles({ name: 'hours.md', mimeType: 'text/markdown', buffer: Buffer.from('# مواعيد العمل\n\nنفتح كل يوم.\n\n- من التاسعة\n- إلى الخامسة\n\nClosed on Sundays.\n') });
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.locator('tr[data-outcome=added] a').first().click();
  const direction = (locator) => locator.evaluate((element) => getComputedStyle(element).direction);
  expect(await direction(page.getByRole('heading', { level: 1 }))).toBe('rtl');
  expect(await direction(page.locator('.passage .body').first())).toBe('rtl');
  const item = page.locator('.prose li').first();
  expect(await direction(item)).toBe('rtl');
  expect(await direction(page.locator('main'))).toBe('ltr');
  // A sentence in English begins at the left, in the same document.
  const box = await page.locator('.prose').boundingBox();
  const start = await page.locator('.prose p', { hasText: 'Closed' }).evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect().left;
  });
  expect(Math.abs(start - box.x)).toBeLessThan(2);
});
