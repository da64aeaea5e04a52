import {type Fact, known, unknown} from '../model/facts.ts';
import {limit} from '../model/limit.ts';
import {resolveAddress} from './dns.ts';
import {askHttps} from './http.ts';
import {echoServices} from './public-address.ts';

const patience = 2500;
/** Seconds by which two servers may differ and still agree: the header has whole seconds, and an answer takes time. */
const tolerance = 5;

/**
 * Finds by how many seconds the clock of this host is ahead. Web servers name the time in each answer; two have to agree. Their
 * certificates are not judged: with a wrong clock they would all look expired.
 */
export async function findClockError(signal: AbortSignal, services = echoServices): Promise<Fact<number>> {
  const asked = services.map(url => limit(patience, signal, until => askTime(url, until)));
  const answers = await Promise.allSettled(asked);
  const errors = answers.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
  const [one, other] = errors.toSorted((first, second) => Math.abs(first) - Math.abs(second));
  if (one === undefined || other === undefined) return unknown('HTTPS', 'two servers have to answer with the time');
  if (Math.abs(one - other) > tolerance) return unknown('HTTPS', 'two servers name different times');
  return known(Math.round(one), `the time of ${services.map(url => new URL(url).hostname).join(' and ')}`);
}

async function askTime(url: string, signal: AbortSignal): Promise<number> {
  const {hostname, pathname} = new URL(url);
  const address = await resolveAddress(hostname, signal);
  const before = Date.now();
  const {headers} = await askHttps({name: hostname, address, port: 443, path: pathname}, signal);
  const after = Date.now();
  const there = Date.parse(headers.date ?? '');
  if (Number.isNaN(there)) throw new Error('names no time');
  // Half of a second, since the header leaves the fraction out.
  return ((before + after) / 2 - there - 500) / 1000;
}
