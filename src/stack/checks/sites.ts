import type {Check, CheckContext, Proof} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';
import {isGatewayFault, readServedCertificate, visitSite} from '../sites/look.ts';
import {destinationOf, isServed, type Site} from '../sites/site.ts';
import {check, describeReason, ok} from './check.ts';
import {findHttps, type Vantage} from './vantage.ts';

/** What was found about one site. */
type Found = {readonly state: 'ok' | 'warning' | 'failed'; readonly evidence: string};

/** Checks that each site answers through HAProxy, with the certificate that is its own. */
export function siteChecks(vantage: Vantage, {sites}: Blueprint): readonly Check[] {
  if (sites.length === 0) return [];
  return [check('sites', context => proveSites(vantage, sites, context), {after: ['packet-filter']})];
}

async function proveSites(vantage: Vantage, sites: readonly Site[], context: CheckContext): Promise<Proof> {
  const {target, route} = await findHttps(vantage, context);
  const found = await Promise.all(
    sites.map(async site => {
      const {state, evidence} = await proveSite(site, target, context);
      return {state, evidence: `${site.domain}: ${evidence}`};
    }),
  );
  const evidence = [...found.map(each => each.evidence), route].join('; ');
  const count = (state: Found['state']) => found.filter(each => each.state === state).length;
  const bad = sites.filter((_, index) => found[index]?.state !== 'ok').map(({domain}) => domain);
  if (count('failed') > 0) throw new Error(evidence);
  if (count('warning') === 0)
    return ok(`${sites.length === 1 ? 'The other site answers' : `All ${sites.length} other sites answer`}.`, evidence);
  return {
    state: 'warning',
    summary: `Not everything is right with ${bad.join(' and ')}.`,
    evidence,
    remedy: 'See that the service behind the site runs, and that its domain points to this host.',
  };
}

async function proveSite(
  site: Site,
  at: {readonly address: string; readonly port: number},
  {host}: CheckContext,
): Promise<Found> {
  try {
    const {certificate, status} = await visitSite(site, at);
    if (!isServed(site)) return {state: 'ok', evidence: `TLS of ${site.to}`};
    const own = await readServedCertificate(host, site.domain);
    if (own?.fingerprint256 !== certificate.fingerprint256)
      return {state: 'failed', evidence: 'it shows a certificate that is not its own'};
    if (isGatewayFault(status)) return {state: 'warning', evidence: `${destinationOf(site)} does not answer`};
    if (certificate.issuer === certificate.subject)
      return {state: 'warning', evidence: 'its certificate is a stand-in, since the authority has issued none yet'};
    return {state: 'ok', evidence: `status ${status}, certificate until ${certificate.validTo}`};
  } catch (error) {
    // The service behind a passthrough is not ours.
    const state = isServed(site) ? 'failed' : 'warning';
    return {state, evidence: `${destinationOf(site)} through port 443: ${describeReason(error)}`};
  }
}
