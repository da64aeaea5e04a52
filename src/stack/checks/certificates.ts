import type {Check, CheckContext, Finding} from '../../model/check.ts';
import {fetchCertificate, type ShownCertificate} from '../../network/tls.ts';
import {check, ok} from './check.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';
import {findRelay, type Visit} from './visit.ts';

/** Checks the certificate that participants see when they open the meeting. */
export function meetCertificate(vantage: Vantage): Check {
  const wrong = `Browsers do not trust ${vantage.domain}.`;
  const after = vantage.blueprint ? (['packet-filter'] as const) : [];
  return check('meet-certificate', context => prove(vantage, context, vantage.domain), {wrong, after});
}

/** Checks the certificate of the relay, which HAProxy selects by name on the shared port. */
export function turnCertificate(vantage: Vantage, visit: Visit): Check {
  const known = vantage.blueprint?.turnDomain;
  return check(
    'turn-certificate',
    async context => prove(vantage, context, known ?? findRelay(await context.share(visit.services)).host),
    {after: known === undefined ? ['turn-credentials'] : []},
  );
}

async function prove(vantage: Vantage, context: CheckContext, name: string): Promise<Finding> {
  const {target, route} = await findHttps(vantage, context, name);
  const shown = await context.within(patience, until => fetchCertificate(target, until));
  return judgeCertificate({name, shown, now: context.host.now(), route});
}

const day = 86_400_000;

/** Judges a certificate as a browser would; throws what is wrong with it. */
export function judgeCertificate({
  name,
  shown: {certificate, fault},
  now,
  route,
}: {
  name: string;
  shown: ShownCertificate;
  now: number;
  route: string;
}): Finding {
  const {issuer, subject, validTo} = certificate;
  const days = Math.floor((Date.parse(validTo) - now) / day);
  const names = certificate.subjectAltName?.replaceAll('DNS:', '') ?? 'no name';
  if (!certificate.checkHost(name)) throw new Error(`it is for ${names} (${route})`);
  if (issuer === subject)
    throw new Error(`it is self-signed: a stand-in until the certificate authority issues one (${route})`);
  if (days < 0) throw new Error(`it expired on ${validTo} (${route})`);
  if (fault) throw new Error(`its chain is not trusted here: ${fault} (${route})`);
  const authority = issuer.replaceAll('\n', ', ');
  return ok(`The certificate of ${name} is valid for ${days} more days.`, `${authority}; for ${names}; ${route}`);
}
