import type {Resource} from '../../model/resource.ts';
import {tlsPath} from '../../resources/stand-in-certificate.ts';
import type {Blueprint} from '../blueprint.ts';
import {modernCiphers, webroot} from '../names.ts';
import {listPaths, pathsOf, siteFiles} from '../nginx-site.ts';
import {quoteNginx} from '../quoting.ts';
import {type Assets, render} from '../template.ts';
import {isServed, type ServedSite, siteFileName} from './site.ts';

/** Makes the files of the sites that nginx serves. */
export function drawSiteFiles(blueprint: Blueprint, assets: Assets, needs: readonly string[]): readonly Resource[] {
  return blueprint.sites.filter(isServed).flatMap(site =>
    siteFiles({
      paths: pathsOf(blueprint.layout, siteFileName(site.domain)),
      title: `Site ${site.domain}`,
      content: renderSite(site, blueprint, assets),
      domain: site.domain,
      needs,
    }),
  );
}

/** Lists the paths of the sites in use, and of those that no setting names any more. */
export function listSitePaths({sites, formerSites, layout}: Blueprint): {
  readonly used: readonly string[];
  readonly unused: readonly string[];
} {
  const list = (domains: readonly string[]) => domains.flatMap(each => listPaths(pathsOf(layout, siteFileName(each))));
  return {used: list(sites.filter(isServed).map(({domain}) => domain)), unused: list(formerSites)};
}

/** Renders a site in the syntax of the nginx that will be installed. */
export function renderSite(site: ServedSite, {ipv6, ports, hasHttp2Directive}: Blueprint, assets: Assets): string {
  const {domain} = site;
  return render({
    template: assets('nginx/site.conf'),
    quote: quoteNginx,
    values: {
      domain,
      ipv6,
      webroot,
      http2Directive: hasHttp2Directive,
      httpsPort: ports.https,
      ciphers: modernCiphers,
      certificate: `${tlsPath(domain)}/fullchain.pem`,
      certificateKey: `${tlsPath(domain)}/privkey.pem`,
      proxy: site.kind === 'proxy' && {url: `http://${site.to}`, bodySize: site.bodySize},
      files: site.kind === 'files' && {root: site.root},
    },
  });
}
