// The work on the knowledge, as two people do it.
import { expect, expectGood, test } from './support/fixtures.js';

const ask = async (page, appliance, question) => {
  await page.goto(`${appliance.url}/help/main`);
  await page.getByLabel('Your question').fill(question);
  await page.getByRole('button', { name: 'Ask' }).click();
};

test('an article is written, reviewed, published, found, and expires', async ({ page, appliance, another, hire }) => {
  const grace = await hire(page, 'member');
  const theirs = await another();
  await hire(theirs, 'member');
  const visitor = await another({ javaScriptEnabled: false });
  const question = 'How many otters live in the pond behind the branch?';

  await page.goto(`${appliance.url}/dashboard/w/main/knowledge`);
  await page.getByRole('link', { name: 'Write an article' }).click();
  await page.getByLabel('Title').fill('Our otters');
  await page.getByLabel('Text').fill('## The pond\n\nSeven otters live in the pond behind the branch.\n\n- They are **fed** at noon.\n');
  // The preview follows.
  await expect(page.locator('#preview strong')).toHaveText('fed');
  await expectGood(page);
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByRole('status')).toContainText('saved');
  await page.getByRole('button', { name: 'Submit for review' }).click();
  await expect(page.getByText('in review', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Publish' })).toHaveCount(0);
  await expectGood(page);
  await ask(visitor, appliance, question);
  await expect(visitor.getByText('Seven otters')).toHaveCount(0);

  await theirs.goto(page.url());
  await theirs.getByRole('button', { name: 'Publish' }).click();
  await expect(theirs.getByText('published', { exact: true }).first()).toBeVisible();
  await expectGood(theirs);
  await ask(visitor, appliance, question);
  await expect(visitor.getByText('Seven otters live in the pond').first()).toBeVisible();

  // A second version with an end that has come.
  await page.goto(theirs.url().split('?')[0]);
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Expires (UTC)').fill('2020-01-01T00:00');
  await page.getByLabel('Text').fill('## The pond\n\nEight otters live in the pond behind the branch.\n');
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await page.getByRole('link', { name: /^Version \d/ }).first().click();
  await expect(page.locator('del', { hasText: 'Seven' })).toBeVisible();
  await expect(page.locator('ins', { hasText: 'Eight' })).toBeVisible();
  await page.goBack();
  await page.getByRole('button', { name: 'Submit for review' }).click();
  await theirs.reload();
  await theirs.getByRole('button', { name: 'Publish' }).click();
  await expect(theirs.getByText('expired', { exact: true }).first()).toBeVisible();
  await ask(visitor, appliance, question);
  await expect(visitor.getByText('otters live in the pond')).toHaveCount(0);
  expect(grace.codes).toHaveLength(10);
});

test('what was typed and could not be kept is not lost by a slip', async ({ page, appliance, hire }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/articles/new`);
  await page.route(/working-copy$/, (route) => route.fulfill({ status: 503, body: '' }));
  await page.getByLabel('Title').fill('Half a thought');
  await expect(page.locator('[data-kept]')).toContainText('Not kept: the server answered 503.');
  let asked = false;
  page.on('dialog', async (dialog) => {
    asked = dialog.type() === 'beforeunload';
    await dialog.dismiss();
  });
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect.poll(() => asked).toBe(true);
  await expect(page.getByLabel('Title')).toHaveValue('Half a thought');
});

test('files are dropped, read one by one, and reported', async ({ page, appliance, hire }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/upload`);
  const transfer = await page.evaluateHandle(() => {
    const files = new DataTransfer();
    files.items.add(new File(['# Kites\n\nKites may be flown on the lawn until dusk.\n'], 'kites.md', { type: 'text/markdown' }));
    files.items.add(new File(['<h1>Sheds</h1><p>The shed is locked at six.</p>'], 'sheds.html', { type: 'text/html' }));
    files.items.add(new File(['%PDF-1.4'], 'plan.pdf', { type: 'application/pdf' }));
    return files;
  });
  await page.locator('[data-drop]').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.locator('[data-summary]')).toHaveText('2 added, 1 failed');
  await expect(page.locator('tr[data-outcome]')).toHaveCount(3);
  await expectGood(page);
  // A second batch has the label that is still chosen, and so has one that is dropped while the first is on its way.
  await page.getByLabel('Label').selectOption('staff');
  const more = (names) => page.evaluateHandle((list) => {
    const files = new DataTransfer();
    for (const name of list) files.items.add(new File([`# ${name}\n\nOnly for staff: ${name}.\n`], `${name}.md`, { type: 'text/markdown' }));
    return files;
  }, names);
  await page.locator('[data-drop]').dispatchEvent('drop', { dataTransfer: await more(['ash', 'birch', 'cedar']) });
  await page.locator('[data-drop]').dispatchEvent('drop', { dataTransfer: await more(['elm']) });
  await page.getByLabel('Label').selectOption('public');
  await expect(page.locator('tr[data-outcome=added]')).toHaveCount(6);
  await page.goto(`${appliance.url}/dashboard/w/main/knowledge?label=staff`);
  for (const name of ['ash.md', 'birch.md', 'cedar.md', 'elm.md']) await expect(page.getByText(name, { exact: true }).first()).toBeVisible();
  await page.goBack();
  await page.goto(`${appliance.url}/dashboard/w/main/knowledge?text=kites`);
  await page.locator('#items tbody a').first().click();
  await expect(page.getByText('Kites may be flown on the lawn').first()).toBeVisible();
});

test('nobody leaves by a slip while files are on their way', async ({ page, appliance, hire }) => {
  await hire(page, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/upload`);
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  await page.route(/\/upload$/, async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue();
  });
  const file = (name) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(`# ${name}\n\nAbout ${name}.\n`) });
  await page.locator('#files').setInputFiles([file('larch.md'), file('maple.md')]);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.locator('[data-summary]')).toHaveText('1 of 2');
  let asked = 0;
  page.on('dialog', async (dialog) => {
    asked += dialog.type() === 'beforeunload' ? 1 : 0;
    await dialog.dismiss();
  });
  const away = page.getByRole('link', { name: 'Gaps' }).first();
  await away.click();
  await expect.poll(() => asked).toBe(1);
  letGo();
  await expect(page.locator('[data-summary]')).toHaveText('2 added');
  // Now nothing is on its way.
  await away.click();
  await expect(page).toHaveURL(/gaps$/);
  expect(asked).toBe(1);
});

test('an upload for visitors waits until somebody else has looked at it', async ({ page, appliance, another, hire }) => {
  await hire(page, 'member');
  const theirs = await another({ javaScriptEnabled: true });
  await hire(theirs, 'member');
  await page.goto(`${appliance.url}/dashboard/w/main/upload`);
  await page.getByLabel('Label').selectOption('public');
  const buffer = Buffer.from('# Moths\n\nThe moth trap is emptied on Sundays.\n');
  await page.locator('#files').setInputFiles({ name: 'moths.md', mimeType: 'text/markdown', buffer });
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.locator('tr[data-outcome=waiting]')).toHaveCount(1);
  await expectGood(page);
  await page.getByRole('link', { name: 'Reviews' }).last().click();
  await page.getByRole('link', { name: 'Moths' }).click();
  await expect(page.getByText('somebody else must approve it')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve and publish' })).toHaveCount(0);
  await expectGood(page);
  await theirs.goto(page.url());
  await expect(theirs.getByText('The moth trap is emptied on Sundays.')).toBeVisible();
  await expectGood(theirs);
  await theirs.getByRole('button', { name: 'Approve and publish' }).click();
  await expect(theirs.getByRole('status')).toContainText('approved');
  const visitor = await another();
  await ask(visitor, appliance, 'When is the moth trap emptied?');
  await expect(visitor.getByText('The moth trap is emptied on Sundays.').first()).toBeVisible();
});

test('the list is searched while typing', async ({ page, appliance, hire }) => {
  await hire(page, 'viewer');
  await page.goto(`${appliance.url}/dashboard/w/main/knowledge`);
  const rows = page.locator('#items tbody tr');
  expect(await rows.count()).toBeGreaterThan(10);
  await page.getByLabel('Search').fill('chaps');
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/text=chaps/);
  await page.getByLabel('Label').selectOption('staff');
  await expect(page.getByText('Nothing fits.')).toBeVisible();
  await expectGood(page);
});

test('the playground leads from a wrong answer to a fixed one', async ({ page, appliance, another, hire }) => {
  await hire(page, 'member');
  const question = 'Can I bring my dog into the branch?';
  await page.goto(`${appliance.url}/dashboard/w/main/playground`);
  await page.getByLabel('Question').fill(question);
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByRole('heading', { name: 'Passages' })).toBeVisible();
  await expect(page.getByText('lexical').first()).toBeVisible();
  await expectGood(page);
  await page.getByRole('button', { name: 'Fix the answer' }).click();
  await expect(page.getByLabel('Question')).toHaveValue(question);
  await page.getByLabel('Answer, word for word').fill('Yes, every dog is welcome.');
  await page.getByLabel('Path of source 1').fill('nowhere.md');
  const submit = page.getByRole('button', { name: 'Save and submit for review' });
  await submit.click();
  await expect(page.locator('#citations-error')).toBeVisible();
  await expectGood(page);
  await page.getByLabel('Path of source 1').fill('');
  await submit.click();
  await expect(page.getByRole('status').filter({ hasText: 'in review' })).toBeVisible();
  await expectGood(page);
  const theirs = await another();
  await hire(theirs, 'member');
  await theirs.goto(`${appliance.url}/dashboard/w/main/reviews`);
  await expectGood(theirs);
  await theirs.getByRole('link', { name: question }).click();
  await theirs.getByRole('button', { name: 'Publish' }).click();
  await expect(theirs.getByRole('status').filter({ hasText: 'published' })).toBeVisible();
  const visitor = await another();
  await ask(visitor, appliance, 'can I bring my dog into the branch');
  await expect(visitor.getByText('Yes, every dog is welcome.')).toBeVisible();
});

test('the overview hears of questions, and a gap is dismissed', async ({ page, appliance, another, hire }) => {
  await hire(page, 'member');
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  const visitor = await another();
  const question = 'Do you sell lighthouse keeper insurance?';
  await ask(visitor, appliance, question);
  await expect(visitor.getByRole('heading', { name: 'We found no answer' })).toBeVisible();
  // Nobody reloads this page.
  await expect(page.getByRole('link', { name: question })).toBeVisible();
  await expect(page.locator('canvas')).toBeVisible();
  await expectGood(page);
  await page.getByText('As a table').click();
  await expect(page.getByRole('columnheader', { name: 'Not found' })).toBeVisible();
  await page.getByRole('link', { name: question }).click();
  await expectGood(page);
  await page.getByLabel('Why is no answer needed?').fill('We sell no insurance.');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('link', { name: question })).toHaveCount(0);
});
