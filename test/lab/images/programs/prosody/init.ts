import {spawn} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {makeCertificate} from '../init/certificate.ts';
import {checkWritable, copyConfig, renderDefault, requirePassword} from '../init/config.ts';
import type {Environment} from '../init/environment.ts';
import {runStandIn} from '../init/run.ts';
import {CONFIG_FILE, createAccounts} from './accounts.ts';
import {prosodyViewOf} from './view.ts';

const PROSODY = '/usr/bin/prosody';
const VOLUME = '/var/lib/prosody';
const DATA = `${VOLUME}/data`;
const HOST_VOLUME = `\${CONFIG}/storage/prosody`;
const ACCOUNTS = 'register-setup';

const start = (environment: Environment): void => {
  checkWritable(VOLUME, HOST_VOLUME);
  mkdirSync(DATA, {recursive: true});
  checkWritable(DATA, HOST_VOLUME);
  const config = copyConfig('prosody');
  adoptOldData();
  const view = prosodyViewOf(environment);
  mkdirSync(`${config}/conf.d`, {recursive: true});
  writeFileSync(CONFIG_FILE, renderDefault('prosody.cfg.lua', view));
  writeFileSync(`${config}/conf.d/jitsi-meet.cfg.lua`, renderDefault('jitsi-meet.cfg.lua', view));
  requirePassword(environment.JICOFO_AUTH_PASSWORD, 'Jicofo');
  requirePassword(environment.JVB_AUTH_PASSWORD, 'JVB');
  makeCertificates(`${config}/certs`, [view.domain, view.authDomain]);
  spawn(process.execPath, ['/init', ACCOUNTS], {stdio: 'inherit', detached: true}).unref();
  process.execve?.(PROSODY, ['prosody', '--config', CONFIG_FILE, '-F'], process.env);
};

/** Releases before 11146 kept the accounts under /config. */
const adoptOldData = (): void => {
  if (readdirSync(DATA).length === 0 && existsSync('/config/data')) {
    cpSync('/config/data', DATA, {recursive: true});
  }
};

const makeCertificates = (directory: string, names: readonly string[]): void => {
  mkdirSync(directory, {recursive: true});
  for (const name of names.filter(name => !existsSync(`${directory}/${name}.crt`))) {
    makeCertificate({name, certificate: `${directory}/${name}.crt`, key: `${directory}/${name}.key`});
  }
};

if (process.argv[2] === ACCOUNTS) {
  void createAccounts(process.env);
} else {
  void runStandIn({needsLargeRun: false, start});
}
