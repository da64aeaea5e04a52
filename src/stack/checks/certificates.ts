import type {Check, Finding} from '../../model/check.ts';
import {limit} from '../../network/limit.ts';
import {fetchCertificate, type ShownCertificate} from '../../network/tls.ts';
import {after, check, ok} from './prove.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';
import {findRelay, type Visit} from './visit.ts';

/** The certificate that participants see when they open the meeting. */
export function meetCertificate(vantage: Vantage): Check {
  const {domain} = vantage;
  return check({
    code: 'meet-certificate',
    wrong: `Browsers do not trust ${domain}.`,
    remedy:
      'Let the name lead to the public address, forward port 80 to the host, then run `jitsi-onebox apply` on it.',
    async prove(context) {
      const {target, told} = await findHttps(vantage, context);
      const shown = await limit(patience, context.signal, until => fetchCertificate(target, until));
      return judgeCertificate({name: domain, shown, now: context.host.now(), told});
    },
  });
}

/** The certificate of the relay, which HAProxy finds by its name on the port that all share. */
export function turnCertificate(vantage: Vantage, visit: Visit): Check {
  return check({
    code: 'turn-certificate',
    wrong: 'Browsers do not trust the relay, or do not find it under its name on port 443.',
    remedy: "Let the relay's name lead to the public address, then run `jitsi-onebox apply` on the host.",
    async prove(context) {
      const name =
        vantage.blueprint?.turnDomain ??
        (await after('turn-credentials', context.share(visit.services).then(findRelay))).host;
      const {target, told} = await findHttps(vantage, context, name);
      const shown = await limit(patience, context.signal, until => fetchCertificate(target, until));
      return judgeCertificate({name, shown, now: context.host.now(), told});
    },
  });
}

type Judged = {readonly name: string; readonly shown: ShownCertificate; readonly now: number; readonly told: string};

const day = 86_400_000;

/** Judges a certificate as a browser would; throws with what it would complain of. */
export function judgeCertificate({name, shown: {certificate, fault}, now, told}: Judged): Finding {
  const {issuer, subject, validTo} = certificate;
  const days = Math.floor((Date.parse(validTo) - now) / day);
  const names = certificate.subjectAltName?.replaceAll('DNS:', '') ?? 'no name';
  if (!certificate.checkHost(name)) throw new Error(`it is for ${names} (${told})`);
  if (issuer === subject)
    throw new Error(`it is signed by itself: a stand-in until the authority has issued one (${told})`);
  if (days < 0) throw new Error(`it expired on ${validTo} (${told})`);
  if (fault) throw new Error(`its chain is not trusted here: ${fault} (${told})`);
  const issued = issuer.replaceAll('\n', ', ');
  return ok(`The certificate of ${name} holds for ${days} more days.`, `${issued}; for ${names}; ${told}`);
}
