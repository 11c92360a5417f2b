// What every page of the dashboard does with a script. Reading and forms work without it.
import { copyButtons, localTimes, printButtons } from './common.js';
import { sendAsItIs, unsentForm, watch } from './unsaved.js';

/** The path below which everything is. */
const base = document.body.dataset.base;

function prepare(root) {
  localTimes(root);
  copyButtons(root);
  printButtons(root);
}

/** Menus close when something else is clicked, and with Escape. */
function menus() {
  const open = () => document.querySelectorAll('details.menu[open]');
  document.addEventListener('click', (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });
}

/** A session that ends in one tab ends in all: no page goes on showing what its reader may no longer see. */
function session() {
  const channel = new BroadcastChannel('anchorite-session');
  // What was typed goes along: it is kept while somebody signs in.
  const leave = () => {
    const form = unsentForm();
    if (form) sendAsItIs(form);
    else window.location.replace(`${base}/dashboard/sign-in`);
  };
  channel.addEventListener('message', (event) => {
    if (event.data === 'signed-out') leave();
  });
  const check = async () => {
    if (document.visibilityState !== 'visible') return;
    try {
      const answer = await fetch(`${base}/dashboard/session`, { redirect: 'manual', headers: { 'hx-request': 'true' } });
      if (answer.status === 401) leave();
    } catch {
      // The server cannot be reached: that says nothing about the session.
    }
  };
  document.addEventListener('visibilitychange', check);
  document.getElementById('live')?.addEventListener('signed-out', leave);
  // A connection that broke and was made anew may find that the session ended in between.
  document.addEventListener('htmx:sse:error', (event) => {
    if (event.detail?.status === 401) leave();
  });
  // A part of the page that could not be renewed does not take away what was typed into another.
  document.addEventListener('htmx:after:request', (event) => {
    if (event.detail.ctx?.response?.status === 401 && unsentForm()) event.preventDefault();
  });
  // A page that comes out of the browser's memory, by "back", may be of a session that has ended.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });
}

prepare(document);
menus();
session();
watch();
document.addEventListener('htmx:after:swap', (event) => prepare(event.target ?? document));
