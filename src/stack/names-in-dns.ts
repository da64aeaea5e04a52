import {limit} from '../model/limit.ts';
import type {CaaRecord, Machine} from '../model/machine.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import {findFault} from '../network/dns.ts';
import type {Blueprint} from './blueprint.ts';
import {nameOfAuthority, permitsIssue} from './caa.ts';
import {namesOf} from './certificates.ts';

/** Milliseconds for all answers of the DNS: without them the plan is shown all the same. */
const patience = 3500;

type Dns = Pick<Machine, 'lookUp' | 'lookUpCaa'>;

/** Lists the names that a plan orders certificates for. */
export function listOrdered(changes: readonly Change[], blueprint: Blueprint): readonly string[] {
  const isOrdered = (name: string) =>
    changes.some(
      ({id, differences}) => id === `certificate:${name}` && differences.some(({change}) => change === 'order'),
    );
  return namesOf(blueprint).filter(isOrdered);
}

/** Warns of what the DNS says about the names that certificates are ordered for, before the authority refuses them. */
export async function warnOfNames(
  changes: readonly Change[],
  blueprint: Blueprint,
  dns: Dns,
): Promise<readonly Problem[]> {
  const names = listOrdered(changes, blueprint);
  const warnings = await Promise.all(
    names.flatMap(name => [warnOfAddress(name, blueprint, dns), warnOfCaa(name, blueprint, dns)]),
  );
  return warnings.filter(warning => warning !== undefined);
}

async function warnOfAddress(
  name: string,
  {publicAddress, localAddress}: Blueprint,
  {lookUp}: Dns,
): Promise<Problem | undefined> {
  let seen: readonly string[] = [];
  const inTime: Dns['lookUp'] = async each => {
    seen = await limit(patience, new AbortController().signal, () => lookUp(each));
    return seen;
  };
  const fault = await findFault(name, publicAddress, inTime);
  // Many local networks answer with the local address on purpose; the internet sees another answer.
  if (fault === undefined || (seen.length > 0 && seen.every(each => each === localAddress))) return undefined;
  return new Problem({
    code: 'name-elsewhere',
    about: name,
    summary: fault,
    why: 'The authority and the participants look for this host there.',
    remedy: `Let ${name} resolve to ${publicAddress} and to nothing else. A new entry may take an hour to arrive everywhere.`,
  });
}

async function warnOfCaa(name: string, {authority}: Blueprint, {lookUpCaa}: Dns): Promise<Problem | undefined> {
  const records = await limit(patience, new AbortController().signal, () => lookUpCaa(name)).catch(() => []);
  const issuer = nameOfAuthority(authority);
  if (permitsIssue(records, issuer)) return undefined;
  return new Problem({
    code: 'caa-forbids',
    about: name,
    summary: `The DNS lets ${issuer} issue no certificate for ${name}.`,
    why: `Its CAA records are: ${records.map(describe).join(', ')}.`,
    remedy: `Add the CAA record \`${name}. CAA 0 issue "${issuer}"\`, or choose another authority with the setting acme.directory.`,
  });
}

function describe({tag, value, isCritical}: CaaRecord): string {
  return `${isCritical ? 128 : 0} ${tag} "${value}"`;
}
