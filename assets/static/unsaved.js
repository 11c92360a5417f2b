// What was typed and not sent yet: no slip, and no session that ends, loses it.

const changed = new Set();
const safe = new Set();

const forms = () => document.querySelectorAll('form[data-unsaved]');

/** A form that somebody has typed into and that was not sent. */
export const unsentForm = () => [...changed].find((form) => form.isConnected);

/** Whether what a form holds is kept somewhere else meanwhile: the browser then does not ask before it goes away. */
export function setSafe(form, isSafe) {
  if (isSafe) safe.add(form);
  else safe.delete(form);
}

export const isSafe = (form) => !changed.has(form) || safe.has(form);

function touch(form) {
  changed.add(form);
  safe.delete(form);
}

/** What is done before a browser asks whether to leave: it may make a form safe. */
const farewells = [];
export function onLeave(act) {
  farewells.push(act);
}

/** From now on the page may go away: what it holds is sent. */
function letGo() {
  changed.clear();
}

/** Sends a form as it is, so that its server keeps it while somebody signs in. */
export function sendAsItIs(form) {
  letGo();
  form.submit();
}

/** Ctrl+S, or Cmd+S, does what `save` does. */
export function onSaveKey(save) {
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    if (!event.repeat) save();
  });
}

/** Of several forms on a page, the one that somebody is in, or typed into; else the first. */
function isMeant(form) {
  const there = document.activeElement?.closest('form[data-saves]');
  return form === (there ?? unsentForm() ?? document.querySelector('form[data-saves]'));
}

export function watch() {
  for (const form of forms()) {
    // A page that comes back with what is wrong holds what was not taken.
    if ('typed' in form.dataset || form.querySelector('.is-invalid, .alert-danger')) touch(form);
    form.addEventListener('input', (event) => {
      // What is looked for is no part of what is written.
      if (!('aside' in event.target.dataset)) touch(form);
    });
    form.addEventListener('submit', (event) => {
      if (!event.defaultPrevented) changed.delete(form);
    });
    if ('saves' in form.dataset) onSaveKey(() => isMeant(form) && form.requestSubmit());
  }
  window.addEventListener('beforeunload', (event) => {
    for (const act of farewells) act();
    if ([...changed].some((form) => form.isConnected && !safe.has(form))) event.preventDefault();
  });
}
