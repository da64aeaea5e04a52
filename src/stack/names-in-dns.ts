import {limit} from '../model/limit.ts';
import type {CaaRecord, Machine} from '../model/machine.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import {judgeName, unproxy} from '../network/names.ts';
import type {Blueprint} from './blueprint.ts';
import {type AccountUri, nameOfAuthority, permitsIssue} from './caa.ts';
import {namesOf} from './certificates.ts';

/** Milliseconds for all answers of the DNS: without them the plan is shown all the same. */
const patience = 3500;

type Dns = Pick<Machine, 'lookUp' | 'lookUpOutside' | 'lookUpCaa'>;

/** How the account that orders is found out. */
type FindAccount = (wanted: {readonly authority: string; readonly account: string}) => Promise<AccountUri>;

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
  findAccount: FindAccount,
): Promise<readonly Problem[]> {
  const names = listOrdered(changes, blueprint);
  if (names.length === 0) return [];
  const account = await findAccount(blueprint).catch(() => undefined);
  const [addresses, authorities] = await Promise.all([
    Promise.all(names.map(name => warnOfAddress(name, blueprint, dns))),
    Promise.all(names.map(name => warnOfCaa(name, blueprint, account, dns))),
  ]);
  return mergeSilence([...addresses.flat(), ...authorities.filter(warning => warning !== undefined)]);
}

/** That the internet cannot be asked is said once for all names. */
function mergeSilence(warnings: readonly Problem[]): readonly Problem[] {
  const first = warnings.find(({code}) => code === 'resolvers-silent');
  return warnings.filter(warning => warning.code !== 'resolvers-silent' || warning === first);
}

async function warnOfAddress(
  name: string,
  {publicAddress, localAddress, usableIpv6, resolvers}: Blueprint,
  {lookUp, lookUpOutside}: Dns,
): Promise<readonly Problem[]> {
  const inTime = <T>(task: (until: AbortSignal) => Promise<T>) => limit(patience, new AbortController().signal, task);
  const {kind, text, note} = await judgeName(
    name,
    {address: publicAddress, local: localAddress, ipv6: usableIpv6},
    {
      lookUp: each => inTime(until => lookUp(each, until)),
      lookUpOutside: each => inTime(() => lookUpOutside(each, resolvers)),
    },
  );
  const warnings =
    kind === 'right' ? [] : [kind === 'wrong' ? elsewhere(name, {publicAddress, usableIpv6}, text) : differsHere(text)];
  return note === undefined ? warnings : [...warnings, silent(note)];
}

type Own = Pick<Blueprint, 'publicAddress' | 'usableIpv6'>;

function elsewhere(name: string, {publicAddress, usableIpv6}: Own, summary: string): Problem {
  const also = usableIpv6.length === 0 ? '' : ' IPv6 addresses of this host may stay.';
  return new Problem({
    code: 'name-elsewhere',
    about: name,
    summary,
    why: 'The authority and the participants look for this host there.',
    remedy: `Let ${name} resolve to ${publicAddress} and to nothing else.${also} ${unproxy} A new entry may take an hour to arrive everywhere.`,
  });
}

function differsHere(summary: string): Problem {
  return new Problem({
    code: 'name-differs-here',
    summary,
    why: 'Participants elsewhere are not affected. In your network the meetings may not be reached.',
    remedy: 'Correct the entry in your own DNS, or wait until its old answer has expired.',
  });
}

function silent(note: string): Problem {
  return new Problem({
    code: 'resolvers-silent',
    summary: `${note} Only the resolver of this host was asked.`,
    remedy: 'Nothing, if your network blocks DNS over HTTPS. Other resolvers: the setting detection.resolvers.',
  });
}

async function warnOfCaa(
  name: string,
  {authority, resolvers}: Blueprint,
  account: AccountUri,
  {lookUpCaa}: Dns,
): Promise<Problem | undefined> {
  const records = await limit(patience, new AbortController().signal, until => lookUpCaa(name, resolvers, until)).catch(
    () => [],
  );
  const issuer = nameOfAuthority(authority);
  if (permitsIssue(records, issuer, account)) return undefined;
  const isAccount = permitsIssue(records, issuer);
  return new Problem({
    code: 'caa-forbids',
    about: name,
    summary: isAccount
      ? `The DNS lets ${issuer} issue a certificate for ${name} to another account only.`
      : `The DNS lets ${issuer} issue no certificate for ${name}.`,
    why: `Its CAA records are: ${records.map(describe).join(', ')}.`,
    remedy: isAccount
      ? `Let accounturi name the account here (${account ?? 'certbot is yet to make one'}), or leave it out.`
      : `Add the CAA record \`${name}. CAA 0 issue "${issuer}"\`, or choose another authority with the setting acme.directory.`,
  });
}

function describe({tag, value, isCritical}: CaaRecord): string {
  return `${isCritical ? 128 : 0} ${tag} "${value}"`;
}
