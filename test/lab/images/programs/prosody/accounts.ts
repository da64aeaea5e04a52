import {spawnSync} from 'node:child_process';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Environment, textOf} from '../init/environment.ts';

/** Where the rendered configuration lies. */
export const CONFIG_FILE = '/run/prosody/config/prosody.cfg.lua';

const ATTEMPTS = 60;
const PAUSE_MS = 2000;

/** Creates the accounts of jicofo and the bridge once prosody answers; one that exists keeps its password. */
export const createAccounts = async (environment: Environment): Promise<void> => {
  const domain = textOf(environment, {name: 'XMPP_AUTH_DOMAIN', otherwise: 'auth.meet.jitsi'});
  const bridge = textOf(environment, {name: 'JVB_AUTH_USER', otherwise: 'jvb'});
  const port = textOf(environment, {name: 'PROSODY_HTTP_PORT', otherwise: '5280'});
  if (!(await waitForProsody(`http://127.0.0.1:${port}/health`))) {
    say('ERROR: Prosody did not become ready in time');
    process.exit(1);
  }
  createAccount(`focus@${domain}`, environment.JICOFO_AUTH_PASSWORD ?? '');
  createAccount(`${bridge}@${domain}`, environment.JVB_AUTH_PASSWORD ?? '');
};

const waitForProsody = async (url: string): Promise<boolean> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await isHealthy(url)) {
      return true;
    }
    await sleep(PAUSE_MS);
  }
  return false;
};

const isHealthy = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

const createAccount = (account: string, password: string): void => {
  const command = ['--config', CONFIG_FILE, 'shell', 'user', 'create', account, password];
  const {status, stdout, stderr} = spawnSync('prosodyctl', command, {encoding: 'utf8'});
  say(status === 0 ? `${account} registered successfully` : `${account}: ${stdout}${stderr}`.trim());
};

const say = (line: string): void => console.log(`[register-setup] ${line}`);
