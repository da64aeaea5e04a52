import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {leftOutLines, leftOutLinesId} from '../resources/left-out-lines.ts';
import {absentFile, file, link, type Validation} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {soundConfiguration} from '../resources/sound-configuration.ts';
import {standInId, tlsPath} from '../resources/stand-in-certificate.ts';
import {systemdUnit} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {accessLog, modernCiphers, nginxUnit, serverPackages, trialPath, trialSocket, webroot} from './names.ts';
import {debianLayout, type SiteLayout} from './nginx-layout.ts';
import {quoteNginx} from './quoting.ts';
import {type Assets, render} from './template.ts';

const meetSite = 'jitsi.conf';
const turnSite = 'jitsi-turn.conf';
const defaultSite = `${debianLayout.available}/default`;

type Paths = {readonly enabled: string; readonly available?: string};

function pathsOf({enabled, available}: SiteLayout, name: string): Paths {
  return {enabled: `${enabled}/${name}`, ...(available !== undefined && {available: `${available}/${name}`})};
}

/** nginx on the host: the meeting site behind HAProxy, and port 80 for the authority's challenges. Other sites stay as they are. */
export function nginxResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const {domain, turnDomain, layout} = blueprint;
  const sites = turnDomain === undefined ? [meetSite] : [meetSite, turnSite];
  const needs = blueprint.isFirstWithoutIpv6 ? [leftOutLinesId(defaultSite)] : [];
  const unused = [
    ...(turnDomain === undefined ? [pathsOf(layout, turnSite)] : []),
    // Written by a release that knew one layout only.
    ...(layout.available === undefined ? [meetSite, turnSite].map(name => pathsOf(debianLayout, name)) : []),
  ].flatMap(listPaths);
  const used = sites.flatMap(name => listPaths(pathsOf(layout, name)));
  const absent = unused.filter(path => !used.includes(path));
  return [
    soundConfiguration({
      program: 'nginx',
      place: 'nginx',
      test: async () => ['nginx', '-t', '-q'],
      ours: /\/(jitsi|jitsi-turn)\.conf|\/etc\/jitsi-onebox\//,
    }),
    ...(blueprint.isFirstWithoutIpv6 ? [defaultWithoutIpv6()] : []),
    ...site({
      paths: pathsOf(layout, meetSite),
      title: 'Meeting site',
      content: renderMeetSite(blueprint, assets),
      domain,
      needs,
    }),
    ...(turnDomain === undefined
      ? []
      : site({
          paths: pathsOf(layout, turnSite),
          title: 'Relay site',
          content: renderTurnSite({...blueprint, turnDomain}, assets),
          domain: turnDomain,
          needs,
        })),
    ...absent.map(path => absentFile({path, title: 'Unused site', place: 'nginx', needs: []})),
    systemdUnit({
      unit: nginxUnit,
      title: 'nginx',
      place: 'nginx',
      needs: [...needs, ...[...used, ...absent].map(fileId)],
      reads: [...used, layout.enabled, ...certificateFiles(domain)],
      refresh: 'reload',
      log: '/var/log/nginx/error.log',
    }),
  ];
}

const listPaths = ({enabled, available}: Paths) => (available === undefined ? [enabled] : [enabled, available]);

/** Debian's nginx has a site that needs IPv6. */
function defaultWithoutIpv6(): Resource {
  return leftOutLines({
    path: defaultSite,
    line: /^\s*listen\s+\[::\]:/,
    title: 'Debian’s default site',
    summary: 'leave out its IPv6 port, which the kernel does not have',
    place: 'nginx',
    comesWith: packagesId(serverPackages),
  });
}

/** The link to the certificate in use, and a file that changes with a renewal. */
const certificateFiles = (domain: string) => [tlsPath(domain), `${tlsPath(domain)}/fullchain.pem`];

/** Renders the meeting site in the syntax of the nginx that will be installed. */
export function renderMeetSite(
  {domain, ipv6, ports, hasHttp2Directive, namesBucket}: Blueprint,
  assets: Assets,
): string {
  return render({
    template: assets('nginx/jitsi.conf'),
    quote: quoteNginx,
    values: {
      domain,
      namesBucket: namesBucket ?? 0,
      ipv6,
      webroot,
      http2Directive: hasHttp2Directive,
      httpsPort: ports.https,
      webPort: ports.web,
      trialPath: `${trialPath}/`,
      trialSocket,
      trialServer: `http://unix:${trialSocket}:`,
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

type Site = {
  readonly paths: Paths;
  readonly title: string;
  readonly content: string;
  readonly domain: string;
  readonly needs: readonly string[];
};

function site({paths: {enabled, available}, title, content, domain, needs}: Site): readonly Resource[] {
  const validate = acceptedByNginx(domain);
  const path = available ?? enabled;
  return [
    file({
      path,
      title,
      place: 'nginx',
      content,
      needs: [packagesId(serverPackages), standInId(domain), ...needs],
      validate,
    }),
    ...(available === undefined
      ? []
      : [
          link({
            path: enabled,
            target: available,
            title: `${title}, enabled`,
            place: 'nginx',
            needs: [fileId(available)],
            validate,
          }),
        ]),
  ];
}

/** If another site has the same name, nginx only warns and serves one of the two; this makes the warning an error. */
function acceptedByNginx(domain: string): Validation {
  return {
    command: {argv: ['nginx', '-t']},
    complaint: output => output.split('\n').find(line => line.includes(`conflicting server name "${domain}"`)),
  };
}
