import {readFileSync} from 'node:fs';
import {certificate} from '../../src/resources/certificate.ts';
import {standInPath, tlsPath} from '../../src/resources/stand-in-certificate.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';

export const pem = (name: string) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8');
export const ninetyDays = pem('ninety-days');
export const name = 'meet.example.org';
export const authority = 'https://acme.example.org/directory';
export const webroot = '/var/www/jitsi-onebox';
export const hook = '/usr/local/sbin/hook.sh';
export const live = `/etc/letsencrypt/live/${name}`;
export const renewalText = (server: string) => `[renewalparams]\nserver = ${server}\nwebroot_path = ${webroot},\n`;
export const renewal = (server: string) => ({
  [`/etc/letsencrypt/renewal/${name}.conf`]: renewalText(server),
});
export const standIn = {
  [`${standInPath(name)}/privkey.pem`]: 'key',
  [`${standInPath(name)}/fullchain.pem`]: 'self-signed',
  [tlsPath(name)]: {link: standInPath(name)},
};
export const served = {[`${live}/fullchain.pem`]: ninetyDays, ...renewal(authority), [tlsPath(name)]: {link: live}};

export const about = {name, place: 'nginx', needs: []} as const;
export const by = {authority, contact: 'admin@example.org', webroot, account: 'auto', ours: [name], hook} as const;
export const ordered = certificate({...about, ...by});
export const options = `--server ${authority} --email admin@example.org --agree-tos --no-eff-email --authenticator webroot --preferred-challenges http --webroot-path ${webroot} --domain ${name} --cert-name ${name}`;
export const certonly = `run certbot certonly --non-interactive ${options}`;
export const activation = [`link ${tlsPath(name)}`, `run ${hook}`];

type Files = Parameters<typeof createMemoryHost>[0] & object;

/** Makes a host with an authority that issues every certificate, and a hook that copies it. */
export function createAuthorized({files = {}, clock = Date.parse('2026-11-22T08:30:00Z')}: Files = {}): MemoryHost {
  return createMemoryHost({
    files: {'/etc/jitsi-onebox/tls': {directory: true}, '/etc/letsencrypt/renewal': {directory: true}, ...files},
    clock,
    commands: {certbot: '', 'certbot certonly': (_command, host) => issue(host), [hook]: ''},
  });
}

export function issue(host: MemoryHost): string {
  const issued = createMemoryHost({files: {[`${live}/fullchain.pem`]: ninetyDays, ...renewal(authority)}});
  for (const [path, entry] of issued.tree) host.tree.set(path, entry);
  return '';
}
