import type {Resource} from '../../model/resource.ts';
import {standInId, tlsPath} from '../../resources/stand-in-certificate.ts';
import type {Blueprint} from '../blueprint.ts';
import {modernCiphers, webroot} from '../names.ts';
import {listPaths, pathsOf, siteFiles} from '../nginx-site.ts';
import {quoteNginx} from '../quoting.ts';
import {type Assets, render} from '../template.ts';
import {hasAddress, isHere, isServed, type PassthroughSite, type ServedSite, type Site, siteFileName} from './site.ts';

/** Makes the files of the sites. */
export function drawSiteFiles(blueprint: Blueprint, assets: Assets, needs: readonly string[]): readonly Resource[] {
  return blueprint.sites.flatMap(site =>
    siteFiles({
      paths: pathsOf(blueprint.layout, siteFileName(site.domain)),
      title: `Site ${site.domain}`,
      content: renderSite(site, blueprint, assets),
      domain: site.domain,
      needs: [...(isServed(site) ? [standInId(site.domain)] : []), ...needs],
    }),
  );
}

/** Lists the paths of the sites in use, and of those that no setting names any more. */
export function listSitePaths({sites, formerSites, layout}: Blueprint): {
  readonly used: readonly string[];
  readonly unused: readonly string[];
} {
  const list = (domains: readonly string[]) => domains.flatMap(each => listPaths(pathsOf(layout, siteFileName(each))));
  return {used: list(sites.map(({domain}) => domain)), unused: list(formerSites)};
}

/** Renders a site in the syntax of the nginx that will be installed. */
export function renderSite(site: Site, blueprint: Blueprint, assets: Assets): string {
  return isServed(site) ? renderServed(site, blueprint, assets) : renderPassthrough(site, blueprint, assets);
}

function renderServed(site: ServedSite, {ipv6, ports, hasHttp2Directive}: Blueprint, assets: Assets): string {
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

/**
 * Renders the part of a passthrough site on port 80. Challenges reach a machine by its address only: nginx would not start while a
 * name does not resolve.
 */
function renderPassthrough({domain, to}: PassthroughSite, blueprint: Blueprint, assets: Assets): string {
  const isElsewhere = hasAddress(to) && !isHere(to, blueprint);
  return render({
    template: assets('nginx/site-passthrough.conf'),
    quote: quoteNginx,
    values: {
      domain,
      ipv6: blueprint.ipv6,
      challenges: isElsewhere && {url: `http://${to.slice(0, to.lastIndexOf(':'))}`},
    },
  });
}
