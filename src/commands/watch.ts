import {runOnlyOne} from '../engine/only-one.ts';
import {describeItem, type Item} from '../model/message.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {type Delivery, deliver, describeDelivery} from '../runs/deliver.ts';
import {lookAround} from '../runs/round.ts';
import {
  type CommandContext,
  detectFacts,
  drawStackFor,
  formatJson,
  notInstalled,
  type Print,
  readDraft,
} from './context.ts';

const lock = '/run/jitsi-onebox-watch.lock';

/** `doctor --watch`: one round of checks, as the timer starts it. What changed since the last round is printed and sent. */
export async function watchOnce(context: CommandContext, print: Print): Promise<number> {
  const done = await runOnlyOne({path: lock, patience: 0}, () => makeRound(context, print));
  if (done !== undefined) return done;
  print('Another round is in progress.');
  return exits.done;
}

async function makeRound(context: CommandContext, print: Print): Promise<number> {
  const {machine, signal, invocation} = context;
  const {host} = machine;
  const draft = await readDraft(context);
  if (draft.missing.length > 0) throw notInstalled();
  const {checks} = await drawStackFor(context, draft, await detectFacts(context, draft));
  const round = await lookAround({host, checks, signal});
  if (round === 'run in progress') {
    print('A run is in progress, so nothing is reported.');
    return exits.done;
  }
  const deliveries = await deliver({host, settings: completeSettings(draft), items: round.items});
  await round.save();
  print(invocation.json ? formatRound(round.items, deliveries) : renderRound(round.items, deliveries));
  return deliveries.some(delivery => 'fault' in delivery) ? exits.failed : exits.done;
}

function renderRound(items: readonly Item[], deliveries: readonly Delivery[]): string {
  const news = items.length === 0 ? ['Nothing has changed.'] : items.map(describeItem);
  return [...news, ...deliveries.map(describeDelivery)].join('\n');
}

function formatRound(items: readonly Item[], deliveries: readonly Delivery[]): string {
  return formatJson({items, deliveries: deliveries.map(formatDelivery)});
}

/** Shapes a delivery for programs. */
export function formatDelivery({way: {name, target}, ...result}: Delivery) {
  return {way: name, target, ...result};
}
