// Small things that several pages use.

/** Buttons that copy the text of the element whose id they name. */
export function copyButtons(root = document) {
  for (const button of root.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      const source = document.getElementById(button.dataset.copy);
      const items = [...source.querySelectorAll('li')].map((item) => item.textContent.trim());
      await navigator.clipboard.writeText(items.length ? items.join('\n') : source.textContent.trim());
      const label = button.lastChild.textContent;
      button.lastChild.textContent = 'Copied';
      setTimeout(() => { button.lastChild.textContent = label; }, 2000);
    });
  }
}

export function printButtons(root = document) {
  for (const button of root.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
}

/** Moments in the reader's own time; the server writes them in UTC. */
export function localTimes(root = document) {
  const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  for (const element of root.querySelectorAll('time[datetime]:not([data-day])')) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime()) || element.dataset.local) continue;
    element.title = element.textContent;
    element.textContent = moment.format(at);
    element.dataset.local = 'yes';
  }
}
