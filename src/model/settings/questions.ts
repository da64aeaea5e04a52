import type {Facts} from '../facts.ts';
import {Problem} from '../problem.ts';
import type {Answers, Filled, Question} from '../question.ts';
import {describeFault} from './complete.ts';
import type {Draft, Fault} from './draft.ts';
import {addAnswers} from './gather.ts';
import {keys} from './keys.ts';

type Wording = Pick<Question, 'key' | 'title' | 'group' | 'help' | 'skip' | 'suggest'>;

/** What has to be asked before the settings are complete; nothing when the sources say enough. */
export function askFor(draft: Draft, facts: Partial<Facts> = {}): readonly Question[] {
  const open = new Set([...draft.missing, ...draft.faults.map(({key}) => key), ...listUndetected(draft, facts)]);
  // Whoever names no relay has not said either whether there shall be one.
  if (open.has('turn.domain') && draft.provenance.get('turn.enabled')?.from === 'default') open.add('turn.enabled');
  return open.size === 0 ? [] : ask(draft, facts, key => open.has(key));
}

/** The same questions over again, with what is known filled in, for an owner who wants to change something. */
export function askAgain(draft: Draft, facts: Partial<Facts> = {}): readonly Question[] {
  const undetected = listUndetected(draft, facts);
  return ask(draft, facts, key => key !== 'address.public' || undetected.includes(key));
}

/** What has to be said, and behind it what may be. */
function ask(draft: Draft, facts: Partial<Facts>, isNeeded: (key: string) => boolean): readonly Question[] {
  const needed = word(draft, facts).filter(({key}) => isNeeded(key));
  const optional = wordOptional().filter(({key}) => !needed.some(wording => wording.key === key));
  const isAsked = (key: string) => needed.some(wording => wording.key === key);
  return [...needed, ...optional].map(wording => complete(wording, {draft, facts, isAsked}));
}

// The public address is asked only where nobody on the internet could tell it.
function listUndetected(draft: Draft, {publicAddress}: Partial<Facts>): readonly string[] {
  const entry = draft.entries.get('address.public');
  const isGiven = entry !== undefined && 'value' in entry && entry.value !== 'auto';
  return !isGiven && publicAddress !== undefined && publicAddress.value === undefined ? ['address.public'] : [];
}

function word(draft: Draft, facts: Partial<Facts>): readonly Wording[] {
  const target = nameTarget(facts);
  return [
    {
      key: 'domain',
      title: 'Which domain should meetings use?',
      help: `The name in the address of your meetings. Its DNS entry has to lead to ${target}.`,
    },
    {
      key: 'contact',
      title: 'What is your e-mail address?',
      help: `It opens an account at ${nameAuthority(draft)}, which issues the certificates; by going on you accept its terms.`,
    },
    {
      key: 'turn.enabled',
      title: 'Support participants behind strict firewalls?',
      help: 'A relay on port 443 carries those whose network lets only web pages through; it needs its own name.',
    },
    {
      key: 'turn.domain',
      title: 'Which domain should the relay use?',
      help: `Another name; its DNS entry has to lead to ${target} too.`,
      skip: answers => isOff(draft, answers),
      suggest: answers => suggestRelay(answers.domain ?? valueSoFar(draft, 'domain')),
    },
    {
      key: 'address.public',
      title: 'What is the public address of your router?',
      help: 'No server on the internet could tell. The status page of the router shows it, often as "WAN address".',
    },
  ];
}

function nameTarget({publicAddress}: Partial<Facts>): string {
  return publicAddress?.value ?? 'the public address of your router';
}

/** What the owner may leave as it is, in groups that can be skipped whole. */
const optional: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ports: {
    'ports.web': 'Port of the web container',
    'ports.https': 'Port of nginx for TLS',
    'ports.mmproxy': 'Port of go-mmproxy',
    'ports.media': 'Port for sound and pictures (UDP)',
    'ports.stun': 'Port for STUN and TURN (UDP)',
    'ports.turns': 'Port for TURN over TLS',
  },
  Memory: {
    'memory.videobridge': 'The most memory for the video bridge',
    'memory.jicofo': 'The most memory for Jicofo',
  },
  'Certificate authority': {'acme.directory': 'Directory of the certificate authority'},
  Advanced: {
    'address.public': 'Public address',
    'address.local': 'Address of this machine',
    timezone: 'Time zone of the containers',
    'stack.directory': 'Directory of the containers',
    'stack.subnet': "The containers' network",
    'images.repository': "Where Jitsi's images come from",
    'images.tag': "Tag of Jitsi's images",
    'images.coturn': 'Image of the relay',
  },
};

function wordOptional(): readonly Wording[] {
  return Object.entries(optional).flatMap(([group, titles]) =>
    Object.entries(titles).map(([key, title]) => ({key, title, group, help: keys.get(key)?.description ?? ''})),
  );
}

type Context = {readonly draft: Draft; readonly facts: Partial<Facts>; readonly isAsked: (key: string) => boolean};

function complete(wording: Wording, {draft, facts, isAsked}: Context): Question {
  const {key} = wording;
  const about = keys.get(key);
  const initial = fillIn(key, draft, facts);
  return {
    ...wording,
    kind: about?.kind === 'toggle' ? {type: 'yes-or-no'} : {type: 'text', placeholder: about?.example ?? ''},
    ...(initial && {initial}),
    check(value, answers) {
      const {faults} = addAnswers(draft, {...answers, [key]: value});
      const own = faults.find(fault => fault.key === key);
      // What is asked later can still be changed there; what no question changes has to fit now.
      const clash = faults.find(fault => !isAsked(fault.key) && !draft.faults.some(old => old.key === fault.key));
      return own ? describeOwn(own) : clash && describeClash(clash);
    },
  };
}

function describeOwn({reason, remedy}: Fault): Problem {
  return new Problem({code: 'bad-settings', summary: `This ${reason}.`, remedy});
}

function describeClash(fault: Fault): Problem {
  return new Problem({
    code: 'bad-settings',
    summary: `It does not fit ${describeFault(fault)}`,
    remedy: 'Or type something else.',
  });
}

const detectable: Readonly<Record<string, 'publicAddress' | 'localAddress' | 'timezone'>> = {
  'address.public': 'publicAddress',
  'address.local': 'localAddress',
  timezone: 'timezone',
};

/** The value so far with where it comes from; what is detected has the source that told it. */
function fillIn(key: string, draft: Draft, facts: Partial<Facts>): Filled | undefined {
  const value = valueSoFar(draft, key);
  const name = detectable[key];
  if (value === 'auto' && name !== undefined) {
    const found = facts[name];
    return found?.value === undefined ? undefined : {value: found.value, source: `detected: ${found.source}`};
  }
  return value === undefined ? undefined : {value, source: draft.provenance.get(key)?.from ?? 'default'};
}

/** What a field shows of the value so far: what was typed, or the default. */
export function valueSoFar({entries}: Draft, key: string): string | undefined {
  const entry = entries.get(key);
  const value = entry === undefined ? keys.get(key)?.default : 'value' in entry ? entry.value : entry.typed;
  return value === undefined ? undefined : String(value);
}

function isOff(draft: Draft, answers: Answers): boolean {
  return valueSoFar(addAnswers(draft, answers), 'turn.enabled') === 'false';
}

const customary = /^(?:meet|meeting|meetings|jitsi|video|conference|conf|talk|call|www)\./i;

// A name below the meetings' own is surely the owner's to give; one beside it only where the first part is a mere label.
function suggestRelay(domain: string | undefined): Filled | undefined {
  if (domain === undefined || domain === '') return undefined;
  const parent = domain.split('.').length > 2 ? domain.replace(customary, '') : domain;
  return {value: `turn.${parent}`, source: 'from your domain'};
}

function nameAuthority({entries}: Draft): string {
  const entry = entries.get('acme.directory');
  const url = entry !== undefined && 'value' in entry ? entry.value : keys.get('acme.directory')?.default;
  const host = URL.parse(String(url))?.hostname ?? String(url);
  return host.endsWith('.letsencrypt.org') ? `Let's Encrypt (${host})` : host;
}
