// Builds assets/vendor: what pages load. Everything comes from the packages of package-lock.json and from styles/.
//
//   *.css          one for each style sheet of styles/ that is no part of another (those begin with "_"); the colours of all are in _palette.scss
//   *.svg          pictures that Bootstrap's style sheet embeds, as files: the content security policy allows no data: addresses
//   icons.svg      one sprite of the icons below
//   htmx.js, chart.js

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as sass from 'sass';

const ICONS = [
  'alert-triangle', 'arrow-back-up', 'arrows-diff', 'ban', 'bell-question', 'books', 'building', 'check', 'chevron-down', 'circle-check', 'download', 'external-link', 'heart-rate-monitor',
  'file-text', 'file-upload', 'filter', 'flask', 'history', 'key', 'layout-dashboard', 'logout', 'message-2', 'pencil', 'plus', 'quote', 'refresh',
  'rosette-discount-check', 'search', 'send', 'settings', 'shield-lock', 'tag', 'thumb-down', 'trash', 'upload', 'user-circle', 'user-plus', 'users',
  'x',
];

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const out = join(here, 'vendor');

function write(name, content) {
  writeFileSync(join(out, name), content);
}

function styleSheet(file) {
  const compiled = sass.compile(join(here, 'styles', file), {
    loadPaths: [modules],
    style: 'compressed',
    // Bootstrap 5 is written for the older module system of Sass.
    quietDeps: true,
    silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
  });
  return compiled.css.replace(/url\("?(data:image\/svg\+xml,[^")]*)"?\)/g, (_, address) => {
    const picture = decodeURIComponent(address.slice('data:image/svg+xml,'.length));
    const name = `picture-${createHash('sha256').update(picture).digest('hex').slice(0, 8)}.svg`;
    write(name, picture);
    return `url("${name}")`;
  });
}

function sprite() {
  const symbols = ICONS.map((name) => {
    const svg = readFileSync(join(modules, '@tabler/icons/icons/outline', `${name}.svg`), 'utf8');
    const inside = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s+/g, ' ').trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}

/** Copies scripts into one file, without the addresses of their source maps, which are not served. */
function script(to, ...from) {
  const texts = from.map((path) => readFileSync(join(modules, path), 'utf8').replace(/\/\/# sourceMappingURL=.*\s*$/, ''));
  write(to, texts.join('\n'));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
for (const file of readdirSync(join(here, 'styles')).filter((name) => !name.startsWith('_'))) {
  write(file.replace('.scss', '.css'), styleSheet(file));
}
write('icons.svg', sprite());
// One file: htmx looks at the page once, as soon as it is loaded, and an extension that comes later misses that.
script('htmx.js', 'htmx.org/dist/htmx.min.js', 'htmx.org/dist/ext/hx-sse.min.js');
script('chart.js', 'chart.js/dist/chart.umd.min.js');
for (const [from, to] of [
  ['bootstrap/LICENSE', 'bootstrap'],
  ['@tabler/icons/LICENSE', 'tabler-icons'],
  ['chart.js/LICENSE.md', 'chart.js'],
  ['htmx.org/LICENSE', 'htmx'],
]) {
  copyFileSync(join(modules, from), join(out, `LICENSE.${to}.txt`));
}
