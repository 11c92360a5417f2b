// What pages before sign-in do with a script: copy, print, and tell other tabs. They work without it.
import { copyButtons, printButtons } from './common.js';

copyButtons();
printButtons();

// Sent from the page that comes after signing out, when the session has ended.
if (document.querySelector('[data-signed-out]')) {
  new BroadcastChannel('anchorite-session').postMessage('signed-out');
}
