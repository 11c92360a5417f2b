// Uploads files one by one, each with its progress and its report. Without a script the form sends them all at once.

const form = document.querySelector('[data-upload]');
const drop = form.querySelector('[data-drop]');
const input = form.querySelector('input[type=file]');
const area = document.querySelector('[data-uploads]');
const rows = area.querySelector('tbody');
const summary = area.querySelector('[data-summary]');
const button = form.querySelector('button[type=submit]');

const ENDED = 'your session has ended: sign in again, and upload it again';

drop.querySelector('[data-drop-hint]').hidden = false;

function pendingRow(name) {
  const row = document.createElement('tr');
  const cells = [0, 1, 2, 3].map(() => row.appendChild(document.createElement('td')));
  cells[0].className = 'title-cell';
  cells[1].className = 'text-cell';
  cells[0].textContent = name;
  const progress = document.createElement('progress');
  progress.max = 1;
  progress.value = 0;
  progress.setAttribute('aria-label', `Upload of ${name}`);
  cells[1].append(progress);
  return { row, progress, state: cells[3] };
}

/** Sends one file; resolves to the row of its report. */
function send(file, { label, folder }, pending) {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append('label', label);
    body.append('folder', folder);
    body.append('files', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.setRequestHeader('x-csrf-token', form.dataset.csrf);
    request.setRequestHeader('hx-request', 'true');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) pending.progress.value = event.loaded / event.total;
    });
    request.upload.addEventListener('load', () => {
      pending.progress.removeAttribute('value');
      pending.state.textContent = 'is being read…';
    });
    request.addEventListener('loadend', () => resolve(request));
    request.send(body);
  });
}

function failedRow(name, problem) {
  const { row } = pendingRow(name);
  row.dataset.outcome = 'failed';
  const badge = document.createElement('span');
  badge.className = 'badge bad';
  badge.textContent = 'failed';
  row.children[1].replaceChildren(badge, ` ${problem}`);
  return row;
}

function reportRow(request, name) {
  if (request.status === 401) return failedRow(name, ENDED);
  if (request.status === 200) {
    const template = document.createElement('template');
    template.innerHTML = request.responseText;
    const row = template.content.querySelector('tr');
    if (row) return row;
  }
  return failedRow(name, request.status ? `the server answered ${request.status}` : 'the connection broke');
}

let busy = Promise.resolve();
/** Batches that are on their way or wait for their turn. */
let unfinished = 0;

/** Sends files one by one, after those that are on their way. What was chosen when they were dropped counts for all of them. */
function upload(files) {
  if (!files.length) return;
  const chosen = { label: form.elements.label.value, folder: form.elements.folder.value };
  unfinished += 1;
  busy = busy.then(() => sendAll(files, chosen)).catch(() => {}).then(() => {
    unfinished -= 1;
    button.disabled = false;
  });
}

async function sendAll(files, chosen) {
  area.hidden = false;
  button.disabled = true;
  const pending = files.map((file) => {
    const row = pendingRow(file.name);
    rows.append(row.row);
    return row;
  });
  const counts = {};
  for (const [index, file] of files.entries()) {
    summary.textContent = `${index + 1} of ${files.length}`;
    const request = await send(file, chosen, pending[index]);
    const row = reportRow(request, file.name);
    pending[index].row.replaceWith(row);
    counts[row.dataset.outcome] = (counts[row.dataset.outcome] ?? 0) + 1;
  }
  summary.textContent = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

// Whoever goes away takes along what was not sent yet.
window.addEventListener('beforeunload', (event) => {
  if (unfinished > 0) event.preventDefault();
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  upload([...input.files]);
  input.value = '';
});
for (const name of ['dragenter', 'dragover']) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
}
for (const name of ['dragleave', 'drop']) {
  drop.addEventListener(name, () => drop.classList.remove('over'));
}
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  upload([...event.dataTransfer.files]);
});
