import type {Facts} from '../facts.ts';
import {hasIpv6Only, ipv4Needed} from '../interfaces.ts';
import {Problem} from '../problem.ts';
import type {Filled, Question} from '../question.ts';
import {describeFault} from './complete.ts';
import type {Draft} from './draft.ts';
import {addAnswers} from './gather.ts';
import {type Key, keys} from './keys.ts';
import {showValue} from './write.ts';

/** Returns the questions to ask before the settings are complete; none if the sources say enough. */
export function askFor(draft: Draft, facts: Partial<Facts> = {}): readonly Question[] {
  const open = new Set([...draft.missing, ...draft.faults.map(({key}) => key), ...listUndetected(draft, facts)]);
  // Without a name for the relay, the user has not yet decided whether to have one.
  if (open.has('turn.domain') && !draft.entries.has('turn.enabled')) open.add('turn.enabled');
  // A router that takes requests is worth a question, but none of its own: a script that says the rest is asked nothing.
  if (open.size > 0 && takesRequests(facts) && !draft.entries.has('router.forward')) open.add('router.forward');
  return open.size === 0 ? [] : ask(draft, facts, open);
}

/** Returns the same questions again, with known values filled in, for a user who wants to change something. */
export function askAgain(draft: Draft, facts: Partial<Facts> = {}): readonly Question[] {
  const required = [...keys.values()].filter(({question}) => question && !question.group).map(({key}) => key);
  const offered = takesRequests(facts) ? ['router.forward'] : [];
  return ask(draft, facts, new Set([...required, ...listUndetected(draft, facts), ...offered]));
}

/** Returns whether the router would forward the ports if it was asked, and nothing arrives yet. */
function takesRequests({router, arrivals}: Partial<Facts>): boolean {
  return (router?.value?.offers.length ?? 0) > 0 && !arrivals?.value?.some(({from}) => from === 'outside');
}

type Context = {readonly draft: Draft; readonly facts: Partial<Facts>; isAsked(key: string): boolean};

/** Words the open questions, and after them the optional ones. */
function ask(draft: Draft, facts: Partial<Facts>, open: ReadonlySet<string>): readonly Question[] {
  const wordings = wordRequired(draft, facts);
  const isAsked = (key: string) => open.has(key) && wordings[key] !== undefined;
  const settings = [...keys.values()];
  const required = settings.filter(({key}) => isAsked(key));
  const optional = settings.filter(({key, question}) => question?.group !== undefined && !isAsked(key));
  return [
    ...required.map(key => wordQuestion(key, wordings[key.key], {draft, facts, isAsked})),
    ...optional.map(key => wordQuestion(key, {group: key.question?.group}, {draft, facts, isAsked})),
  ];
}

// The public address is asked only if it was not detected.
function listUndetected(draft: Draft, {publicAddress}: Partial<Facts>): readonly string[] {
  const entry = draft.entries.get('address.public');
  const isGiven = entry !== undefined && 'value' in entry && entry.value !== 'auto';
  return !isGiven && publicAddress !== undefined && publicAddress.value === undefined ? ['address.public'] : [];
}

type Wording = Partial<Pick<Question, 'title' | 'help' | 'skip' | 'suggest'>> & {readonly group?: string | undefined};

/** What required questions say beyond their table entries: it depends on facts and other answers. */
function wordRequired(draft: Draft, facts: Partial<Facts>): Readonly<Record<string, Wording>> {
  const target = facts.publicAddress?.value ?? 'the public address of your router';
  return {
    domain: {help: `The domain in the address of your meetings. Its DNS record must point to ${target}.`},
    contact: {
      help: `For your account at ${nameAuthority(draft)}, which issues the certificates. By continuing you accept its terms.`,
    },
    'turn.enabled': {
      help: 'A relay on port 443 serves participants whose network only allows web pages. It needs its own domain.',
    },
    'turn.domain': {
      help: `A second domain. Its DNS record must point to ${target} too.`,
      skip: answers => valueSoFar(addAnswers(draft, answers), 'turn.enabled') === 'false',
      suggest: answers => suggestRelay(answers.domain ?? valueSoFar(draft, 'domain')),
    },
    'router.forward': {
      title: 'Let jitsi-onebox ask the router to forward the ports?',
      help: 'Your router takes such requests. They last two hours and are renewed by a timer; an undo gives them back.',
    },
    'address.public': hasIpv6Only(facts)
      ? {title: 'What is the public IPv4 address of this host?', help: `This host has IPv6 only. ${ipv4Needed}`}
      : {
          title: 'What is the public address of your router?',
          help: 'It could not be detected. The router shows it on its status page, often as "WAN address".',
        },
  };
}

function wordQuestion(about: Key, {group, ...wording}: Wording = {}, {draft, facts, isAsked}: Context): Question {
  const {key, kind, help, example, question} = about;
  const initial = fillIn(key, draft, facts);
  return {
    key,
    title: question?.title ?? key,
    help,
    ...wording,
    ...(group !== undefined && {group}),
    kind: kind === 'toggle' ? {type: 'yes-or-no'} : {type: 'text', placeholder: example},
    ...(initial && {initial}),
    check(value, answers) {
      const {faults} = addAnswers(draft, {...answers, [key]: value});
      const own = faults.find(fault => fault.key === key);
      if (own) return refuse(`This ${own.reason}.`, own.remedy);
      // A clash with a later question can still be resolved there; a clash with any other setting is refused now.
      const clash = faults.find(fault => !isAsked(fault.key) && !draft.faults.some(old => old.key === fault.key));
      return clash && refuse(`It does not fit ${describeFault(clash)}`, 'Or enter a different value.');
    },
  };
}

function refuse(summary: string, remedy: string): Problem {
  return new Problem({code: 'bad-settings', summary, remedy});
}

const detectable: Readonly<Record<string, 'publicAddress' | 'localAddress' | 'timezone'>> = {
  'address.public': 'publicAddress',
  'address.local': 'localAddress',
  timezone: 'timezone',
};

/** Returns the value so far and its origin, with a detected value in place of `auto`. */
function fillIn(key: string, draft: Draft, facts: Partial<Facts>): Filled | undefined {
  const value = valueSoFar(draft, key);
  const name = detectable[key];
  if (value === 'auto' && name !== undefined) {
    const found = facts[name];
    return found?.value === undefined ? undefined : {value: found.value, source: `detected: ${found.source}`};
  }
  return value === undefined ? undefined : {value, source: draft.entries.get(key)?.from ?? 'default'};
}

/** Returns the value so far as a field shows it: as typed, or the default. */
export function valueSoFar({entries}: Draft, key: string): string | undefined {
  const entry = entries.get(key);
  if (entry && 'reason' in entry) return entry.typed;
  const value = entry?.value ?? keys.get(key)?.default;
  return value === undefined ? undefined : showValue(value);
}

const customary = /^(?:meet|meeting|meetings|jitsi|video|conference|conf|talk|call|www)\./i;

// Without one of the usual first labels, only a name below the domain itself surely belongs to the user.
function suggestRelay(domain: string | undefined): Filled | undefined {
  if (domain === undefined || domain === '') return undefined;
  const parent = domain.split('.').length > 2 ? domain.replace(customary, '') : domain;
  return {value: `turn.${parent}`, source: 'from your domain'};
}

function nameAuthority(draft: Draft): string {
  const url = String(valueSoFar(draft, 'acme.directory'));
  const host = URL.parse(url)?.hostname ?? url;
  return host.endsWith('.letsencrypt.org') ? `Let's Encrypt (${host})` : host;
}
