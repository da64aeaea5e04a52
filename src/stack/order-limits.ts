import {X509Certificate} from 'node:crypto';
import {findRefusal, type LogRecord, listConversations, listFailedProofs} from '../model/certbot-log.ts';
import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {formatMoment} from '../model/words.ts';
import {readCertbotLog} from '../resources/certbot-log.ts';
import type {Blueprint} from './blueprint.ts';

const hour = 3_600_000;
const week = 7 * 24 * hour;

/** The limits of Let's Encrypt for one set of names: so many failed proofs in an hour, so many certificates in a week. */
const failuresAnHour = 5;
const certificatesAWeek = 5;

type Limit = {readonly until: number; readonly why: string};

/** Warns of orders that the authority would refuse because there were too many, by what certbot has seen on this host. */
export async function warnOfLimits(
  names: readonly string[],
  {authority}: Pick<Blueprint, 'authority'>,
  host: Host,
): Promise<readonly Problem[]> {
  if (names.length === 0) return [];
  const records = listConversations(await readCertbotLog(host), new URL(authority).hostname);
  const limits = await Promise.all(names.map(name => findLimit(name, {authority, records, host})));
  return limits.flatMap((limit, index) => (limit ? [describeLimit(names[index] ?? '', limit)] : []));
}

type Known = {readonly authority: string; readonly records: readonly LogRecord[]; readonly host: Host};

async function findLimit(name: string, {authority, records, host}: Known): Promise<Limit | undefined> {
  const now = host.now();
  const refusal = findRefusal(records);
  const known: Limit[] = refusal ? [{until: refusal.until, why: `it has answered: ${refusal.said}`}] : [];
  if (new URL(authority).hostname === 'acme-v02.api.letsencrypt.org') {
    const failures = reach(listFailedProofs(records, name), failuresAnHour, {now, window: hour});
    if (failures) known.push({until: failures, why: `it could not prove the name ${failuresAnHour} times in an hour`});
    const issued = reach(await listIssued(host, name), certificatesAWeek, {now, window: week});
    if (issued) known.push({until: issued, why: `it has issued ${certificatesAWeek} certificates for it in a week`});
  }
  return known.filter(({until}) => until > now).toSorted((one, other) => other.until - one.until)[0];
}

/** Returns when a window no longer holds as many moments as the limit allows; undefined if it does not hold them now. */
function reach(moments: readonly number[], limit: number, {now, window}: {now: number; window: number}) {
  const recent = moments.filter(at => at > now - window).toSorted((one, other) => other - one);
  const last = recent[limit - 1];
  return last === undefined ? undefined : last + window;
}

/** Lists when the certificates that certbot keeps of a lineage were issued. */
async function listIssued({files}: Host, name: string): Promise<readonly number[]> {
  const archive = `/etc/letsencrypt/archive/${name}`;
  try {
    const found = ((await files.list(archive)) ?? []).filter(file => /^cert\d+\.pem$/.test(file));
    const texts = await Promise.all(found.map(file => files.read(`${archive}/${file}`)));
    return texts.flatMap(text => (text === undefined ? [] : [Date.parse(new X509Certificate(text).validFrom)]));
  } catch {
    // Only root may read them; a broken one says nothing.
    return [];
  }
}

function describeLimit(name: string, {until, why}: Limit): Problem {
  return new Problem({
    code: 'order-limited',
    summary: `The authority takes no order for ${name} before ${formatMoment(until)}: ${why}.`,
    remedy: `Run it after ${formatMoment(until)}. What is refused until then is only the certificate; all else is installed.`,
  });
}
