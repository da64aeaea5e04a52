import {X509Certificate} from 'node:crypto';
import type {Host} from '../../model/host.ts';
import {limit} from '../../model/limit.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {askHttps} from '../../network/http.ts';
import {fetchCertificate} from '../../network/tls.ts';
import {tlsPath} from '../../resources/stand-in-certificate.ts';
import {destinationOf, isServed, readSites, type Site} from './site.ts';

/** A site as it is now. */
export type SiteStatus = {
  readonly domain: string;
  readonly kind: Site['kind'];
  readonly destination: string;
  /** When its certificate ends; absent if it shows none. */
  readonly certificateEnds?: string;
  /** Whether that is a stand-in, since the authority has issued none yet. */
  readonly isStandIn: boolean;
  /** Whether the site answers on port 443. */
  readonly answers: boolean;
  /** The answer, or the reason why there is none. */
  readonly detail: string;
};

const https = {address: '127.0.0.1', port: 443} as const;
/** Milliseconds for a site to answer. */
const patience = 3000;

/** Looks at every site of the settings: asks HAProxy for it, as a visitor does. */
export function lookAtSites(settings: Settings): Promise<readonly SiteStatus[]> {
  return Promise.all(readSites(settings).map(lookAtSite));
}

async function lookAtSite(site: Site): Promise<SiteStatus> {
  const {domain, kind} = site;
  const look = await visitSite(site, https).catch((error: unknown) => ({fault: describe(error)}));
  const certificate = 'certificate' in look ? look.certificate : undefined;
  return {
    domain,
    kind,
    destination: destinationOf(site),
    ...(certificate && {certificateEnds: new Date(certificate.validTo).toISOString()}),
    isStandIn: certificate !== undefined && isServed(site) && certificate.issuer === certificate.subject,
    answers: !('fault' in look) && !isGatewayFault(look.status),
    detail: 'fault' in look ? look.fault : describeStatus(look.status),
  };
}

/** What a visitor of a site gets: the certificate, and the status of its first page. */
export type Visit = {readonly certificate: X509Certificate; readonly status: number | undefined};

/** Visits a site at an address. The service behind a passthrough need not speak HTTP. */
export async function visitSite(site: Site, at: {readonly address: string; readonly port: number}): Promise<Visit> {
  const target = {...at, name: site.domain};
  const {signal} = new AbortController();
  const {certificate} = await limit(patience, signal, until => fetchCertificate(target, until));
  if (!isServed(site)) return {certificate, status: undefined};
  const {status} = await limit(patience, signal, until => askHttps({...target, path: '/'}, until));
  return {certificate, status};
}

/** Returns whether nginx answers in place of the service behind it. */
export const isGatewayFault = (status: number | undefined) => status === 502 || status === 504;

const describeStatus = (status: number | undefined) => (status === undefined ? 'TLS' : `status ${status}`);

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Reads the certificate that nginx has for a domain; undefined if there is none. */
export async function readServedCertificate({files}: Host, domain: string): Promise<X509Certificate | undefined> {
  const text = await files.read(`${tlsPath(domain)}/fullchain.pem`);
  return text === undefined ? undefined : new X509Certificate(text);
}
