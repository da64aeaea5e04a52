import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {leftOutLines, leftOutLinesId} from '../resources/left-out-lines.ts';
import {absentFile} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {soundConfiguration} from '../resources/sound-configuration.ts';
import {standInId, tlsPath} from '../resources/stand-in-certificate.ts';
import {systemdUnit} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import type {MetricsOffer} from './metrics/offer.ts';
import {drawSharedSites} from './moved-sites.ts';
import {
  accessLog,
  modernCiphers,
  nginxUnit,
  serverPackages,
  trialDirectory,
  trialPath,
  trialSocket,
  webroot,
} from './names.ts';
import {debianLayout} from './nginx-layout.ts';
import {certificateFiles, listPaths, pathsOf, siteFiles} from './nginx-site.ts';
import {quoteNginx} from './quoting.ts';
import {drawSiteFiles, listSitePaths} from './sites/nginx.ts';
import {isServed} from './sites/site.ts';
import {type Assets, render} from './template.ts';

const meetSite = 'jitsi.conf';
const turnSite = 'jitsi-turn.conf';
const metricsSite = 'jitsi-metrics.conf';
const defaultSite = `${debianLayout.available}/default`;

/** nginx on the host: the meeting site behind HAProxy, and port 80 for the authority's challenges. Other sites stay as they are. */
export function nginxResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const {domain, turnDomain, layout, metrics} = blueprint;
  const sites = [meetSite, ...(turnDomain === undefined ? [] : [turnSite]), ...(metrics ? [metricsSite] : [])];
  const needs = blueprint.isFirstWithoutIpv6 ? [leftOutLinesId(defaultSite)] : [];
  const unused = [
    ...(turnDomain === undefined ? [pathsOf(layout, turnSite)] : []),
    ...(metrics ? [] : [pathsOf(layout, metricsSite)]),
    // Written by a release that knew one layout only.
    ...(layout.available === undefined ? [meetSite, turnSite].map(name => pathsOf(debianLayout, name)) : []),
  ].flatMap(listPaths);
  const other = listSitePaths(blueprint);
  const used = [...sites.flatMap(name => listPaths(pathsOf(layout, name))), ...other.used];
  const absent = [...unused, ...other.unused].filter(path => !used.includes(path));
  const shared = drawSharedSites(blueprint);
  const served = [domain, ...blueprint.sites.filter(isServed).map(each => each.domain)];
  return [
    soundConfiguration({
      program: 'nginx',
      place: 'nginx',
      test: async () => ['nginx', '-t', '-q'],
      ours: /\/(jitsi|jitsi-turn|jitsi-metrics|jitsi_site_[^/]+)\.conf|\/etc\/jitsi-onebox\//,
    }),
    ...(blueprint.isFirstWithoutIpv6 ? [defaultWithoutIpv6()] : []),
    ...siteFiles({
      paths: pathsOf(layout, meetSite),
      title: 'Meeting site',
      content: renderMeetSite(blueprint, assets),
      domain,
      needs: [standInId(domain), ...needs],
    }),
    ...(turnDomain === undefined
      ? []
      : siteFiles({
          paths: pathsOf(layout, turnSite),
          title: 'Relay site',
          content: renderTurnSite({...blueprint, turnDomain}, assets),
          domain: turnDomain,
          needs: [standInId(turnDomain), ...needs],
        })),
    ...(metrics
      ? siteFiles({
          paths: pathsOf(layout, metricsSite),
          title: 'Metrics site',
          content: renderMetricsSite(metrics, assets),
          domain,
          needs,
        })
      : []),
    ...drawSiteFiles(blueprint, assets, needs),
    ...shared,
    ...absent.map((path, index) =>
      // The link first: nginx refuses one that leads nowhere.
      absentFile({path, title: 'Unused site', place: 'nginx', needs: absent.slice(0, index).map(fileId)}),
    ),
    systemdUnit({
      unit: nginxUnit,
      title: 'nginx',
      place: 'nginx',
      needs: [...needs, ...[...used, ...absent].map(fileId), ...shared.map(({id}) => id)],
      reads: [
        ...used,
        ...absent,
        layout.enabled,
        ...blueprint.moved.map(({path}) => path),
        ...served.flatMap(certificateFiles),
      ],
      refresh: 'reload',
      log: '/var/log/nginx/error.log',
    }),
  ];
}

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
      trialDirectory,
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

/** Renders the site that offers the metrics to some networks. */
function renderMetricsSite({listens, allow}: MetricsOffer, assets: Assets): string {
  return render({template: assets('nginx/jitsi-metrics.conf'), quote: quoteNginx, values: {listens, allow}});
}
