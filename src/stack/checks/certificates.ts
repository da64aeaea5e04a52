import {entryOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding, Opening} from '../../model/check.ts';
import {fetchCertificate, type ShownCertificate} from '../../network/tls.ts';
import type {Blueprint} from '../blueprint.ts';
import {check, ok} from './check.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';
import {findRelay, type Visit} from './visit.ts';

/** Checks the certificate that participants see when they open the meeting. */
export function meetCertificate(vantage: Vantage): Check {
  const wrong = `Browsers do not trust ${vantage.domain}.`;
  const after = vantage.blueprint ? (['packet-filter', 'meet-certificate-chain'] as const) : [];
  return check('meet-certificate', context => prove(vantage, context, vantage.domain), {wrong, after});
}

/** Checks the certificate of the relay, which HAProxy selects by name on the shared port. */
export function turnCertificate(vantage: Vantage, visit: Visit): Check {
  const known = vantage.blueprint?.turnDomain;
  return check(
    'turn-certificate',
    async context => prove(vantage, context, known ?? findRelay(await context.share(visit.services)).host),
    {after: known === undefined ? ['turn-credentials'] : ['turn-key', 'turn-copy', 'turn-certificate-chain']},
  );
}

/** Checks on the host that the certificates of both names are renewed in time and come with their whole chain. */
export function upkeepOfCertificates(vantage: Vantage, blueprint: Blueprint): readonly Check[] {
  return [...upkeepOf('meet', vantage, blueprint.domain), ...upkeepOf('turn', vantage, blueprint.turnDomain)];
}

function upkeepOf(which: keyof typeof subjects, vantage: Vantage, name: string | undefined): readonly Check[] {
  if (name === undefined) return [];
  const open: Opening<ShownCertificate> = async context => {
    const {target} = await findHttps(vantage, context, name);
    return context.within(patience, until => fetchCertificate(target, until));
  };
  const isMeet = which === 'meet';
  const after = isMeet ? [] : (['turn-key', 'turn-copy'] as const);
  return [
    check(
      isMeet ? 'meet-certificate-days' : 'turn-certificate-days',
      async context => judgeDays(which, await context.share(open), context.host.now()),
      {after: [isMeet ? 'meet-certificate' : 'turn-certificate']},
    ),
    check(
      isMeet ? 'meet-certificate-chain' : 'turn-certificate-chain',
      async context => judgeChain(which, await context.share(open)),
      {after},
    ),
  ];
}

const subjects = {meet: 'the meetings', turn: 'the relay'} as const;

/** Judges how long a certificate is still valid: certbot renews it when a third of its time is left. */
export function judgeDays(
  which: keyof typeof subjects,
  {certificate}: Pick<ShownCertificate, 'certificate'>,
  now: number,
): Finding {
  const [begins, ends] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const left = (ends - now) / day;
  const evidence = `from ${certificate.validFrom} to ${certificate.validTo}`;
  if (ends - now >= (ends - begins) / 4)
    return ok(`The certificate of ${subjects[which]} is renewed in time: ${Math.floor(left)} days are left.`, evidence);
  const {meaning, remedy} = entryOf(`${which}-certificate-days`);
  return {
    state: 'warning',
    summary: meaning,
    evidence: `${Math.max(0, Math.floor(left))} days are left; ${evidence}`,
    remedy,
  };
}

const incomplete = /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/;

/** Judges whether a server sends the certificates between its own and the authority's. */
export function judgeChain(which: keyof typeof subjects, {certificate, fault, chain}: ShownCertificate): Finding {
  const evidence = chain.join(' ← ');
  if (certificate.issuer === certificate.subject) return ok('A stand-in certificate needs no chain.', evidence);
  if (chain.length > 1 || fault === undefined || !incomplete.test(fault))
    return ok(`The certificate of ${subjects[which]} is sent with its chain.`, evidence);
  const {meaning, remedy} = entryOf(`${which}-certificate-chain`);
  return {state: 'failed', summary: meaning, evidence: `only ${evidence} is sent (${fault})`, remedy};
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
