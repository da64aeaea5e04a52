import type {Settings} from '../model/settings/schema.ts';
import {settingsPath} from './names.ts';
import {isServed, readSites} from './sites/site.ts';

const certbot = '/etc/letsencrypt';

/**
 * Lists what makes this installation itself, and no other host could make again: settings, passwords, accounts of people, branding,
 * texts of Etherpad, certificates, and the account at their authority. Everything else follows from these.
 */
export function listBackupPaths(settings: Settings): readonly string[] {
  const {domain, turn, stack} = settings;
  const sites = readSites(settings).filter(isServed);
  const lineages = [domain, ...(turn.enabled && turn.domain ? [turn.domain] : []), ...sites.map(site => site.domain)];
  return [
    settingsPath,
    ...['.env', 'branding', 'storage/prosody/data', 'etherpad'].map(name => `${stack.directory}/${name}`),
    `${certbot}/accounts`,
    ...lineages.flatMap(name => [
      `${certbot}/live/${name}`,
      `${certbot}/archive/${name}`,
      `${certbot}/renewal/${name}.conf`,
    ]),
    ...listNamedFiles(settings),
  ];
}

/** Lists the files that settings name, wherever they are. */
function listNamedFiles({branding, access, notify, 'dynamic-dns': dns}: Settings): readonly string[] {
  return [
    ...Object.values(branding),
    access.secret,
    notify['smtp.password'],
    notify['hook.header'],
    dns.secret,
  ].flatMap(value => (typeof value === 'string' && value.startsWith('/') ? [value] : []));
}
