// A real appliance on a folder of its own, started from the built executable.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const executable = process.env.ANCHORITE ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'release', 'anchorite');
const run = promisify(execFile);

export class Appliance {
  /** Makes an instance, reads the sample knowledge base into its workspace `main`, and serves it, below the path `base`. */
  static async start({ knowledge = true, base = '' } = {}) {
    const appliance = new Appliance();
    appliance.base = base;
    appliance.folder = await mkdtemp(join(tmpdir(), 'anchorite-browser-'));
    appliance.data = join(appliance.folder, 'data');
    await appliance.command('init');
    const config = join(appliance.data, 'config.toml');
    const text = await readFile(config, 'utf8');
    // More people join here in minutes than elsewhere in an hour.
    const changed = text.replace('listen = "127.0.0.1:8443"', 'listen = "127.0.0.1:0"').replace('letters_an_hour = 30', 'letters_an_hour = 1000').replace('letters_a_day = 100', 'letters_a_day = 1000');
    await writeFile(config, base ? changed.replace('public_url = ""', `public_url = "https://localhost${base}"`) : changed);
    if (knowledge) await appliance.command('ingest', join(root, 'assets/demo/kb'));
    await appliance.serve();
    return appliance;
  }

  async serve() {
    this.process = spawn(executable, ['serve'], { env: this.environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let log = '';
    this.process.stderr.on('data', (data) => { log += data; });
    await new Promise((resolve, reject) => {
      this.process.on('exit', () => reject(new Error(`the server ended:\n${log}`)));
      this.process.stdout.on('data', (data) => {
        said += data;
        if (said.includes('openapi.json')) resolve();
      });
    });
    this.url = said.match(/listens on (https:\S+)/)[1].replace('127.0.0.1', 'localhost') + this.base;
    this.setupLink = await this.findSetupLink();
  }

  environment() {
    const { ANCHORITE_CONFIG, CREDENTIALS_DIRECTORY, ...others } = process.env;
    return { ...others, ANCHORITE_DATA: this.data };
  }

  /** Runs a command of the appliance and returns what it printed. */
  async command(...words) {
    return (await run(executable, words, { env: this.environment() })).stdout;
  }

  /** Where the first account is made. `undefined`: it is made. */
  async findSetupLink() {
    const link = await readFile(join(this.data, 'setup-link'), 'utf8').catch(() => undefined);
    return link && this.url + link.match(/\/dashboard\/setup\/\S+/)[0];
  }

  /** The link of an invitation, as an operator makes it. */
  async invite(email, role, workspace = 'main') {
    const said = await this.command('user', 'invite', email, '--role', role, '--workspace', workspace);
    return this.url + said.match(/\/dashboard\/join\/\S+/)[0];
  }

  async end() {
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
