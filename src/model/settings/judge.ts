import * as v from 'valibot';
import type {Entry, Fault} from './draft.ts';
import {findLooseEnds} from './following.ts';
import {keys} from './keys.ts';

type Judgement = {
  readonly values: ReadonlyMap<string, unknown>;
  readonly faults: readonly Fault[];
  readonly missing: readonly string[];
};

type Mistake = {
  readonly key: string;
  readonly reason: string;
  readonly item?: number | undefined;
  readonly remedy?: string;
};

/** Parses every entry with its setting's schema, fills in defaults, and finds values that clash. */
export function judge(entries: ReadonlyMap<string, Entry>): Judgement {
  const values = new Map<string, unknown>();
  const mistakes: Mistake[] = [];
  for (const [key, {schema, default: standard}] of keys) {
    const entry = entries.get(key);
    if (entry === undefined) {
      if (standard !== undefined) values.set(key, standard);
    } else if ('reason' in entry) mistakes.push({key, reason: entry.reason});
    else {
      const {output, issues} = v.safeParse(schema, entry.value, {abortEarly: true, abortPipeEarly: true});
      if (issues) mistakes.push({key, reason: issues[0].message, item: findItem(issues[0])});
      else values.set(key, output);
    }
  }
  mistakes.push(...findPortClashes(values, entries), ...findClashes(values));
  const required = ['domain', 'contact', ...(values.get('turn.enabled') === true ? ['turn.domain'] : [])];
  return {
    values,
    faults: mistakes.map(mistake => blame(entries.get(mistake.key), mistake)),
    missing: required.filter(key => !entries.has(key)),
  };
}

function findItem({path}: v.BaseIssue<unknown>): number | undefined {
  const index = path?.[0].key;
  return typeof index === 'number' ? index : undefined;
}

const sockets = {
  'ports.web': 'tcp',
  'ports.https': 'tcp',
  'ports.mmproxy': 'tcp',
  'ports.turns': 'tcp',
  'ports.media': 'udp',
  'ports.stun': 'udp',
};

/** Finds ports in use twice. What the user gave is blamed, and not a default. */
function findPortClashes(values: ReadonlyMap<string, unknown>, given: ReadonlyMap<string, Entry>): readonly Mistake[] {
  const clashes: Mistake[] = [];
  const holders = new Map([
    ['80/tcp', 'the redirect to https'],
    ['443/tcp', 'HAProxy'],
  ]);
  const used = {...sockets, ...(values.get('metrics.enabled') === true && {'metrics.port': 'tcp'})};
  for (const [key, protocol] of Object.entries(used)) {
    const socket = `${values.get(key) ?? key}/${protocol}`;
    const holder = holders.get(socket);
    if (holder === undefined) holders.set(socket, key);
    else if (given.has(key) || !given.has(holder)) clashes.push({key, reason: `is already the port of ${holder}`});
    else
      clashes.push({
        key: holder,
        reason: `is already the port of ${key}`,
        remedy: `Choose another, or change ${key} too.`,
      });
  }
  return clashes;
}

/** Finds valid values that do not fit together, such as a relay without a domain of its own. */
function findClashes(values: ReadonlyMap<string, unknown>): readonly Mistake[] {
  const clashes: Mistake[] = [];
  const domain = values.get('turn.domain');
  if (values.get('turn.enabled') === true && domain !== undefined && domain === values.get('domain'))
    clashes.push({
      key: 'turn.domain',
      reason: 'is the domain of the meetings; HAProxy needs two names to distinguish meetings and relay',
    });
  const ours = [values.get('domain'), ...(values.get('turn.enabled') === true ? [domain] : [])];
  const twice = Object.keys(Object(values.get('sites'))).find(each => ours.includes(each));
  if (twice !== undefined)
    clashes.push({
      key: 'sites',
      reason: `has the site ${twice}, which is the domain of the ${twice === domain ? 'relay' : 'meetings'}`,
    });
  if (values.get('access.kind') === 'jwt' && values.get('rooms') === 'anyone')
    clashes.push({key: 'access.kind', reason: 'needs rooms: registered or rooms: members; now anyone may open a room'});
  return [...clashes, ...findNotifyClashes(values), ...findLooseEnds(values)];
}

/** Settings of messages that mean nothing, or something dangerous, without another one. */
function findNotifyClashes(values: ReadonlyMap<string, unknown>): readonly Mistake[] {
  const pairs = [
    ['notify.smtp.user', 'notify.smtp.password'],
    ['notify.smtp.password', 'notify.smtp.user'],
    ['notify.smtp.user', 'notify.smtp.host'],
    ['notify.hook.header', 'notify.hook.url'],
  ] as const;
  const lonely = pairs.find(([key, other]) => values.has(key) && !values.has(other));
  if (lonely) return [{key: lonely[0], reason: `needs ${lonely[1]} too`}];
  const isClear = values.get('notify.smtp.tls') === 'never' && values.has('notify.smtp.user');
  return isClear
    ? [{key: 'notify.smtp.tls', reason: 'would send the password of notify.smtp.user without encryption'}]
    : [];
}

// Without an entry, it is a default that clashes with another value.
function blame(entry: Entry | undefined, {key, reason, item, remedy}: Mistake): Fault {
  const {default: standard, example} = keys.get(key) ?? {};
  const {from, source, typed} = entry ?? {from: 'default', source: 'default', typed: String(standard)};
  const line = item === undefined ? entry?.line : entry?.itemLines?.[item];
  const list = entry && 'value' in entry && Array.isArray(entry.value) ? entry.value : [];
  const value = item === undefined ? typed : String(list[item]);
  const usual = entry ? `Type for example ${example}.` : `Change the other one, or ${key} too.`;
  const advice = remedy ?? (entry && adviseQuotes(entry)) ?? usual;
  return {key, from, source, ...(line !== undefined && {line}), value, reason, remedy: advice};
}

/** Advises quotes for a text with a colon on the command line, which YAML reads as a group. */
function adviseQuotes({key, from, typed, ...read}: Entry): string | undefined {
  const isGroup = 'reason' in read && from === 'flag' && typed.includes(': ') && !/^[[{]|'/.test(typed);
  return isGroup ? `Quote it: --set '${key}=${JSON.stringify(typed)}'.` : undefined;
}
