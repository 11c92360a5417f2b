// Keeps what somebody writes, every few seconds, so that nothing is lost when the browser closes. Without a script only "Save the draft" saves.
import { isSafe, onLeave, onSaveKey, setSafe } from './unsaved.js';

/** After the last key, in milliseconds. */
const PAUSE = 1500;
/** While somebody goes on typing, at least this often. */
const AT_MOST = 5000;
/** Until the next try, when the server did not answer or could not. */
const AGAIN = 5000;
/** Then the server does not answer. */
const PATIENCE = 15_000;
/** What a browser sends to its end for a page that is gone, in bytes: 64 KiB in all. */
const MOST_AT_LAST = 60_000;

const form = document.querySelector('form[data-keep]');
const line = form.querySelector('[data-kept]');
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** Counts what was typed. */
let typed = 0;
let timer = null;
let unkeptSince = null;
/** The last request was in vain. */
let isInVain = false;
/** The request that is on its way. */
let sending = null;
/** What was pressed meanwhile. */
let button = null;

function say(text, isBad = false) {
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle('text-danger', isBad);
}

function keepIn(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(() => keep(), milliseconds);
}

/** A text, why it was not kept, and whether it is worth another try. */
async function problemOf(answer) {
  if (answer.status === 401) return ['your session has ended. Press “Save the draft”: you sign in again, and your text comes back.', false];
  if (answer.status === 403) return ['this page is of another session, or your role has changed. Press “Save the draft” to go on.', false];
  const isBusy = answer.status === 429 || answer.status >= 500;
  const body = await answer.json().catch(() => null);
  const known = { 413: 'the text is too long.', 507: 'the server’s disk is full.' };
  const said = body?.problem ?? known[answer.status] ?? `the server answered ${answer.status}.`;
  const problem = said[0].toLowerCase() + said.slice(1);
  return [isBusy ? `${problem} It is tried again.` : problem, isBusy];
}

function kept(body, count) {
  form.elements.revision.value = body.revision;
  window.history.replaceState(null, '', `${form.dataset.place}?copy=${form.elements.copy.value}`);
  const meanwhile = body.overtaken_by ? ` Meanwhile somebody else has saved version ${body.overtaken_by}: look at it before you go on.` : '';
  say(`Kept for you at ${clock.format(new Date(body.at))}; not saved yet.${meanwhile}`);
  isInVain = false;
  if (count !== typed) return keepIn(PAUSE);
  unkeptSince = null;
  setSafe(form, true);
}

function notKept(problem, isWorthAgain) {
  isInVain = true;
  setSafe(form, false);
  say(`Not kept: ${problem}`, true);
  if (isWorthAgain) keepIn(AGAIN);
}

async function send(body, keepalive) {
  const count = typed;
  say('Keeping…');
  try {
    const answer = await fetch(form.dataset.keep, {
      method: 'POST',
      body,
      keepalive,
      headers: { 'hx-request': 'true' },
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) return kept(await answer.json(), count);
    notKept(...await problemOf(answer));
  } catch {
    notKept('the server does not answer. It is tried again.', true);
  }
}

/** Keeps what was typed so far; one at a time. `isLast`: the page may go away. Returns whether it arrives even then. */
function keep(isLast = false) {
  clearTimeout(timer);
  if (sending || isSafe(form)) return false;
  const body = new URLSearchParams(new FormData(form));
  const isLasting = isLast && 'keepalive' in Request.prototype && body.toString().length <= MOST_AT_LAST;
  sending = send(body, isLasting).finally(() => { sending = null; });
  return isLasting;
}

form.addEventListener('input', () => {
  typed += 1;
  unkeptSince ??= Date.now();
  keepIn(Math.max(0, Math.min(PAUSE, unkeptSince + AT_MOST - Date.now())));
});

// Before the listeners of unsaved.js: the last text to be kept must not arrive after the one that is saved.
form.addEventListener('submit', (event) => {
  clearTimeout(timer);
  if (!sending) return;
  event.preventDefault();
  const isFirst = button === null;
  button = event.submitter;
  if (!isFirst) return;
  sending.then(() => {
    clearTimeout(timer);
    form.requestSubmit(button);
    button = null;
  });
}, { capture: true });

// Without a script, Enter in an empty field saves.
for (const field of form.querySelectorAll('input[data-aside]')) {
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(field.parentElement.querySelector('button'));
  });
}

onSaveKey(() => {
  if (isSafe(form)) {
    if (!line.textContent.startsWith('Kept')) say('Nothing has changed yet.');
  } else keep();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') keep(true);
});
window.addEventListener('pagehide', () => keep(true));
// The last words go out by themselves, unless those before them were in vain.
onLeave(() => {
  if (keep(true) && !isInVain) setSafe(form, true);
});

if (isSafe(form)) {
  say(Number(form.elements.revision.value) > 0 ? '' : 'What you type is kept for you. “Save the draft” makes it a version that others see.');
} else {
  keepIn(PAUSE);
}
