import {runOnlyOne} from '../engine/only-one.ts';
import type {Host} from '../model/host.ts';
import {type Item, writeMessage} from '../model/message.ts';
import {CommandFailed, describeError, Problem} from '../model/problem.ts';
import type {Settings} from '../model/settings/schema.ts';
import {type Outbox, queue, readOutbox, writeOutbox} from '../stack/index.ts';
import {listWays, type Way} from './ways.ts';

/** What became of the messages for one way. */
export type Delivery = {readonly way: Way} & ({readonly answer: string} | {readonly fault: string});

const lock = '/run/jitsi-onebox-outbox.lock';
/** Longer than it takes to give up on every way. */
const usualPatience = 120_000;

export type Mailing = {
  readonly host: Host;
  readonly settings: Pick<Settings, 'domain' | 'notify'>;
  readonly items: readonly Item[];
  readonly ways?: readonly Way[];
  readonly lockPath?: string;
  readonly patience?: number;
};

/**
 * Sends one message by each way that the settings name, about some new items and all that could not be sent before. What a way does
 * not accept waits for the next time, so nothing is lost and nothing is sent twice. Returns undefined if another process sends messages
 * and does not end: then the new items are nowhere yet.
 */
export async function deliver(mailing: Mailing): Promise<readonly Delivery[] | undefined> {
  const {host, settings, ways = listWays(host, settings), lockPath = lock, patience = usualPatience} = mailing;
  return runOnlyOne({path: lockPath, patience}, () => send(mailing, ways));
}

async function send({host, settings, items}: Mailing, ways: readonly Way[]): Promise<readonly Delivery[]> {
  const names = ways.map(({name}) => name);
  const waiting = queue(await readOutbox(host), names, items);
  // Written before anything is sent: whatever happens in between, nothing is lost.
  const fault = await tryToWrite(host, waiting);
  const addressed = ways.filter(({name}) => (waiting[name] ?? []).length > 0);
  const deliveries = await Promise.all(
    addressed.map(async way => {
      const message = writeMessage(settings.domain, [...(waiting[way.name] ?? []), ...fault]);
      return tryWay(way, () => way.send(message));
    }),
  );
  const left = deliveries.filter(delivery => 'fault' in delivery).map(({way: {name}}) => name);
  await tryToWrite(host, Object.fromEntries(left.map(name => [name, waiting[name] ?? []])));
  return deliveries;
}

/** Writes down what is not sent yet. A disk that is full is a reason to send a message, and to say so in it. */
async function tryToWrite(host: Host, waiting: Outbox): Promise<readonly Item[]> {
  try {
    await writeOutbox(host, waiting);
    return [];
  } catch (error) {
    const at = new Date(host.now()).toISOString();
    const text = `It cannot be written down on this host, so it may come again: ${describeFault(error)}.`;
    return [{at, kind: 'failed', title: 'This message', text, remedy: 'See `df -h /var` and `dmesg`.'}];
  }
}

/** Tries one way, and describes what happened in the words of the other side. */
export async function tryWay(way: Way, attempt: () => Promise<string>): Promise<Delivery> {
  try {
    return {way, answer: await attempt()};
  } catch (error) {
    return {way, fault: describeFault(error)};
  }
}

function describeFault(error: unknown): string {
  if (error instanceof Problem || error instanceof CommandFailed) return describeError(error).summary;
  // If a name has several addresses, Node tries all of them, and its own message is empty.
  const reason = error instanceof AggregateError ? error.errors[0] : error;
  return reason instanceof Error ? reason.message : String(reason);
}

/** Describes a delivery in a line. */
export function describeDelivery(delivery: Delivery): string {
  const {name, target} = delivery.way;
  return 'answer' in delivery
    ? `${name} to ${target}: sent (${delivery.answer}).`
    : `${name} to ${target}: not sent: ${delivery.fault}.`;
}

/** Something worth knowing about this host, without a time. */
export type News = Pick<Item, 'title' | 'text'> & Partial<Pick<Item, 'kind' | 'remedy'>>;

/**
 * Sends an informational message, such as that an update was installed; does nothing where no way is set. What cannot be sent waits
 * for the next message, and never fails the caller.
 */
export async function inform(host: Host, settings: Pick<Settings, 'domain' | 'notify'>, news: News): Promise<void> {
  if (listWays(host, settings).length === 0) return;
  const item: Item = {at: new Date(host.now()).toISOString(), kind: 'information', ...news};
  await deliver({host, settings, items: [item]}).catch(() => undefined);
}
