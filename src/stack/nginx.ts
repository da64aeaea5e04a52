import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {absentFile, file, link, type Validation} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {soundConfiguration} from '../resources/sound-configuration.ts';
import {standInId, tlsPath} from '../resources/stand-in-certificate.ts';
import {systemdUnit} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {accessLog, modernCiphers, nginxUnit, serverPackages, webroot} from './names.ts';
import {quoteNginx} from './quoting.ts';
import {type Assets, render} from './template.ts';

const enabledDirectory = '/etc/nginx/sites-enabled';
const available = (name: string) => `/etc/nginx/sites-available/${name}`;
const enabled = (name: string) => `${enabledDirectory}/${name}`;
const meetSite = 'jitsi.conf';
const turnSite = 'jitsi-turn.conf';

/** nginx on the host: the meeting site behind HAProxy, and port 80 for the authority's challenges. Other sites stay as they are. */
export function nginxResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const {domain, turnDomain} = blueprint;
  const sites = turnDomain === undefined ? [meetSite] : [meetSite, turnSite];
  return [
    soundConfiguration({
      program: 'nginx',
      place: 'nginx',
      test: async () => ['nginx', '-t', '-q'],
      ours: /\/(jitsi|jitsi-turn)\.conf|\/etc\/jitsi-onebox\//,
    }),
    ...site({name: meetSite, title: 'Meeting site', content: renderMeetSite(blueprint, assets), domain}),
    ...(turnDomain === undefined
      ? [enabled(turnSite), available(turnSite)].map(path =>
          absentFile({path, title: 'Relay site', place: 'nginx', needs: []}),
        )
      : site({
          name: turnSite,
          title: 'Relay site',
          content: renderTurnSite({...blueprint, turnDomain}, assets),
          domain: turnDomain,
        })),
    systemdUnit({
      unit: nginxUnit,
      title: 'nginx',
      place: 'nginx',
      needs: [meetSite, turnSite].flatMap(name => [fileId(enabled(name)), fileId(available(name))]),
      reads: [
        ...sites.flatMap(name => [enabled(name), available(name)]),
        enabledDirectory,
        ...certificateFiles(domain),
      ],
      refresh: 'reload',
      log: '/var/log/nginx/error.log',
    }),
  ];
}

/** Returns whether a path is one of our sites, in sites-available or sites-enabled. */
export const isOwnSite = (path: string) => [meetSite, turnSite].some(name => path.endsWith(`/${name}`));

/** The link to the certificate in use, and a file that changes with a renewal. */
const certificateFiles = (domain: string) => [tlsPath(domain), `${tlsPath(domain)}/fullchain.pem`];

/** Renders the meeting site in the syntax of the nginx that will be installed. */
export function renderMeetSite({domain, ipv6, ports, hasHttp2Directive}: Blueprint, assets: Assets): string {
  return render({
    template: assets('nginx/jitsi.conf'),
    quote: quoteNginx,
    values: {
      domain,
      ipv6,
      webroot,
      http2Directive: hasHttp2Directive,
      httpsPort: ports.https,
      webPort: ports.web,
      accessLog: accessLog(domain),
      ciphers: modernCiphers,
      certificate: `${tlsPath(domain)}/fullchain.pem`,
      certificateKey: `${tlsPath(domain)}/privkey.pem`,
    },
  });
}

/** Renders the site that answers the certificate authority for the relay's domain. */
export function renderTurnSite({turnDomain, ipv6}: Blueprint & {turnDomain: string}, assets: Assets): string {
  return render({template: assets('nginx/jitsi-turn.conf'), quote: quoteNginx, values: {turnDomain, ipv6, webroot}});
}

type Site = {name: string; title: string; content: string; domain: string};

function site({name, title, content, domain}: Site): readonly Resource[] {
  const validate = acceptedByNginx(domain);
  return [
    file({
      path: available(name),
      title,
      place: 'nginx',
      content,
      needs: [packagesId(serverPackages), standInId(domain)],
      validate,
    }),
    link({
      path: enabled(name),
      target: available(name),
      title: `${title}, enabled`,
      place: 'nginx',
      needs: [fileId(available(name))],
      validate,
    }),
  ];
}

/** If another site has the same name, nginx only warns and serves one of the two; this makes the warning an error. */
function acceptedByNginx(domain: string): Validation {
  return {
    command: {argv: ['nginx', '-t']},
    complaint: output => output.split('\n').find(line => line.includes(`conflicting server name "${domain}"`)),
  };
}
