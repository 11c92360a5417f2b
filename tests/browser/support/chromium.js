import { existsSync } from 'node:fs';

/** The system's browser; `make test` installs it where it may. */
export function chromium() {
  const known = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = known.find((path) => path && existsSync(path));
  if (!found) throw new Error('Chromium is missing: install it (apt-get install chromium), or name it in CHROMIUM');
  return found;
}
