import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {makeCertificate} from '../init/certificate.ts';
import {checkWritable, copyConfig, renderDefault, writeWithCustom} from '../init/config.ts';
import type {Environment} from '../init/environment.ts';
import {runStandIn} from '../init/run.ts';
import {configViewOf, serverViewOf} from './views.ts';

const NGINX = '/usr/sbin/nginx';

const start = (environment: Environment): void => {
  mkdirSync('/run/web/tmp', {recursive: true});
  const config = copyConfig('web');
  // Upstream's shell compares with the number here, though its template accepts `true` as well.
  if (environment.DISABLE_HTTPS !== '1') {
    keepKeys();
  }
  writeServer(environment, config);
  writeScripts(environment, config);
  process.execve?.(NGINX, ['nginx', '-c', `${config}/nginx/nginx.conf`], process.env);
};

const keepKeys = (): void => {
  checkWritable('/storage', `\${CONFIG}/storage/web`);
  mkdirSync('/storage/keys', {recursive: true});
  if (!existsSync('/storage/keys/cert.crt')) {
    makeCertificate({name: '*', certificate: '/storage/keys/cert.crt', key: '/storage/keys/cert.key'});
  }
};

const writeServer = (environment: Environment, config: string): void => {
  mkdirSync(`${config}/nginx/site-confs`, {recursive: true});
  const view = serverViewOf(environment, readFileSync('/etc/resolv.conf', 'utf8'));
  writeFileSync(`${config}/nginx/nginx.conf`, renderDefault('nginx.conf', view));
  writeFileSync(`${config}/nginx/site-confs/default`, renderDefault('default', view));
  writeWithCustom(`${config}/nginx/meet.conf`, {
    content: renderDefault('meet.conf', view),
    custom: `${config}/nginx/custom-meet.conf`,
  });
};

const writeScripts = (environment: Environment, config: string): void => {
  for (const name of ['config.js', 'interface_config.js']) {
    writeWithCustom(`${config}/${name}`, {
      content: renderDefault(name, configViewOf(environment)),
      custom: `${config}/custom-${name}`,
    });
  }
};

void runStandIn({needsLargeRun: false, start});
