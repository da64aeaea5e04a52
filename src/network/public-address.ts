import * as v from 'valibot';
import {type Fact, known, unknown} from '../model/facts.ts';
import {publicAddress} from '../model/settings/grammar/addresses.ts';
import {fetchPage} from './http.ts';
import {askStun} from './stun.ts';

/** Web services that answer with the address of their caller. */
export const echoServices = ['https://api.ipify.org', 'https://icanhazip.com'];
const patience = 3000;
const silence = 'does not answer';

/** Asks one source which address of this machine it sees. */
export type Ask = (source: string, signal: AbortSignal) => Promise<string>;

/** The address that a source names, or why its answer is of no use. */
type Answer = {readonly from: string} & ({readonly address: string} | {readonly fault: string});
type Agreement = {readonly address: string; readonly sources: readonly string[]};

/**
 * Finds the IPv4 address that the internet sees. A single source can be wrong or lie, so two have to agree: two STUN servers, or
 * two web services, or one of each. All are asked concurrently. Whoever is on the way can forge STUN and DNS, so an address that is
 * to be followed also needs a web service that names it over TLS, and none that names another one.
 */
export async function findPublicAddress({
  stun,
  signal,
  isToFollow = false,
  services = echoServices,
  ask = {stun: askStun, service: askEchoService},
}: {
  stun: readonly string[];
  signal: AbortSignal;
  isToFollow?: boolean;
  services?: readonly string[];
  ask?: {readonly stun: Ask; readonly service: Ask};
}): Promise<Fact<string>> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(patience)]);
  const byStun = [...new Set(stun)].map(server => collect(server, ask.stun, until));
  const byWeb = services.map(service => collect(service, ask.service, until));
  try {
    const webAgrees = findAgreement(byWeb);
    const agreement =
      (await findAgreement(byStun)) ?? (await webAgrees) ?? (await findAgreement([...byStun, ...byWeb]));
    if (!agreement) return explainDisagreement(await Promise.all([...byStun, ...byWeb]));
    return isToFollow ? demandTls(agreement, await Promise.all(byWeb)) : reportAgreement(agreement);
  } finally {
    stop.abort();
  }
}

async function collect(source: string, ask: Ask, signal: AbortSignal): Promise<Answer> {
  const from = nameSource(source);
  try {
    const address = await ask(source, signal);
    return v.is(publicAddress, address) ? {from, address} : {from, fault: 'answers with no public address'};
  } catch {
    return {from, fault: silence};
  }
}

/** Resolves as soon as two sources agree, without waiting for slower ones. */
async function findAgreement(answers: readonly Promise<Answer>[]): Promise<Agreement | undefined> {
  const pending = new Map(answers.map((answer, index) => [index, answer.then(said => ({index, said}))]));
  const sources = new Map<string, string[]>();
  while (pending.size > 0) {
    const {index, said} = await Promise.race(pending.values());
    pending.delete(index);
    if ('fault' in said) continue;
    const agreed = [...(sources.get(said.address) ?? []), said.from];
    sources.set(said.address, agreed);
    if (agreed.length >= 2) return {address: said.address, sources: agreed};
  }
  return undefined;
}

function reportAgreement({address, sources}: Agreement): Fact<string> {
  return known(address, `${sources.join(' and ')} agree`);
}

/** Demands that a web service proves the address with its certificate, and that none contradicts. */
function demandTls({address, sources}: Agreement, byWeb: readonly Answer[]): Fact<string> {
  const heard = byWeb.flatMap(answer => ('address' in answer ? [answer] : []));
  const contrary = heard.find(each => each.address !== address);
  const said = `${sources.join(' and ')} say ${address}`;
  if (contrary)
    return unknown(
      'STUN and HTTPS',
      `${said}, which can be forged, and ${contrary.from} says ${contrary.address} over HTTPS`,
    );
  const asked = byWeb.map(({from}) => from).join(' and ');
  if (heard.length === 0)
    return unknown(
      'STUN and HTTPS',
      `${said}, which can be forged, and nobody confirms it over HTTPS (asked: ${asked})`,
    );
  return reportAgreement({address, sources: [...new Set([...sources, ...heard.map(({from}) => from)])]});
}

function explainDisagreement(answers: readonly Answer[]): Fact<string> {
  const silent = answers.filter(answer => 'fault' in answer && answer.fault === silence);
  const rest = answers.filter(answer => !silent.includes(answer));
  const said = rest.map(answer => `${answer.from} ${'address' in answer ? `says ${answer.address}` : answer.fault}`);
  if (silent.length > 0) said.push(`no answer from ${silent.map(({from}) => from).join(', ')}`);
  return unknown('STUN and HTTPS', `no two sources agree: ${said.join('; ') || 'none is configured'}`);
}

function nameSource(source: string): string {
  return source.startsWith('https:') ? new URL(source).hostname : source.replace(/:\d+$/, '');
}

// An address has at most 15 characters; a longer answer is something else.
const longest = 64;

/** Asks a web service that answers with the IPv4 address of its caller and nothing else. */
export async function askEchoService(url: string, signal: AbortSignal, fetch = fetchPage): Promise<string> {
  const {status, body} = await fetch(url, {signal});
  if (status !== 200) throw new Error(`answered with status ${status}`);
  if (body.length > longest) throw new Error('the answer is no address');
  return body.trim();
}
