import * as v from 'valibot';
import {countOf} from './words.ts';

/** What happened: a check fails or warns, it passes again, or something is worth knowing. */
const kinds = ['failed', 'warning', 'recovered', 'information'] as const;

/** The form of one part of a message, as it waits on disk. */
export const itemSchema = v.object({
  /** When it happened, ISO 8601 in UTC. */
  at: v.string(),
  kind: v.picklist(kinds),
  /** The check, if it is about one. */
  code: v.optional(v.string()),
  title: v.string(),
  text: v.string(),
  remedy: v.optional(v.string()),
});

/** One part of a message: something that happened to this host. */
export type Item = Readonly<v.InferOutput<typeof itemSchema>>;

/** A message to whoever looks after the host. */
export type Message = {readonly subject: string; readonly text: string; readonly items: readonly Item[]};

const words: Readonly<Record<Item['kind'], string>> = {
  failed: 'failed',
  warning: 'needs attention',
  recovered: 'resolved',
  information: '',
};

/** Writes one message about everything that happened; `host` is the name that readers know the server by. */
export function writeMessage(host: string, items: readonly Item[]): Message {
  return {
    subject: `${host}: ${summarize(items)}`,
    text: `${items.map(describeItem).join('\n\n')}\n\nEverything about ${host}: sudo jitsi-onebox doctor\n`,
    items,
  };
}

/** Describes one thing that happened, with its remedy, in lines. */
export function describeItem(item: Item): string {
  const {at, text, remedy} = item;
  return [
    `${nameItem(item)} (${at.slice(0, 16).replace('T', ' ')} UTC)`,
    text,
    ...(remedy === undefined ? [] : [`What to do: ${remedy}`]),
  ].join('\n');
}

const nameItem = ({title, kind}: Item) => [title, words[kind]].filter(word => word !== '').join(': ');

function summarize(items: readonly Item[]): string {
  const [first] = items;
  if (items.length === 1 && first) return nameItem(first);
  const counts = kinds.map(kind => ({kind, count: items.filter(item => item.kind === kind).length}));
  return counts
    .filter(({count}) => count > 0)
    .map(({kind, count}) => (kind === 'information' ? countOf(count, 'other message') : `${count} ${words[kind]}`))
    .join(', ');
}
