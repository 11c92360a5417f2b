// What a member of staff does with a browser: join, sign in, prove again who they are.
import { createHmac } from 'node:crypto';
import { expect } from '@playwright/test';

export const PASSWORD = 'seven quiet tractors hum';

/** The code that an authenticator app shows now (RFC 6238). */
export function totp(key, now = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...key.replace(/\s/g, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export class Staff {
  constructor(email, name, key, codes) {
    Object.assign(this, { email, name, key, codes });
  }

  /** A second factor that was not used yet. */
  code() {
    return this.codes.pop();
  }

  async signIn(page, url) {
    await page.goto(`${url}/dashboard/sign-in`);
    await page.getByLabel('E-mail address').fill(this.email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByLabel('One-time code').fill(this.code());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/dashboard\/w\//);
  }

  /** Answers the page that asks for both factors again. */
  async stepUp(page) {
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByLabel('One-time code').fill(this.code());
    await page.getByRole('button', { name: 'Confirm' }).click();
  }
}

/** Makes an account with a setup link or an invitation. `look` sees every page on the way. */
export async function join(page, link, email, name, look = async () => {}) {
  await page.goto(link);
  await look(page);
  if (await page.getByLabel('E-mail address').count()) await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password, once more').fill(PASSWORD);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { name: 'Set up one-time codes' })).toBeVisible();
  await look(page);
  const key = await page.locator('#secret').textContent();
  await page.getByLabel('Code that the app shows now').fill(totp(key));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  await look(page);
  const codes = await page.locator('#codes li').allTextContents();
  expect(codes).toHaveLength(10);
  await page.getByRole('link', { name: /I have them/ }).click();
  return new Staff(email, name, key, codes);
}
