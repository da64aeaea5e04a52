import {runOnlyOne} from '../engine/only-one.ts';
import {describeItem} from '../model/message.ts';
import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {type Delivery, deliver, describeDelivery} from '../runs/deliver.ts';
import {lookAround, type Round, reportNoRound} from '../runs/round.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print, readInstalledDraft} from './context.ts';

const lock = '/run/jitsi-onebox-watch.lock';

/** A round that is not saved finds the same changes again. */
const unsent = 'Another process sends messages and does not end, so the next round reports this.';

/** `doctor --watch`: one round of checks, as the timer starts it. What changed since the last round is printed and sent. */
export async function watchOnce(context: CommandContext, print: Print): Promise<number> {
  const done = await runOnlyOne({path: lock, patience: 0}, () => makeRound(context, print));
  if (done !== undefined) return done;
  return skip(context, print, 'Another round is in progress.');
}

function skip({invocation}: CommandContext, print: Print, reason: string): number {
  print(invocation.json ? formatJson({items: [], deliveries: [], skipped: reason}) : reason);
  return exits.done;
}

async function makeRound(context: CommandContext, print: Print): Promise<number> {
  const {machine, invocation} = context;
  const {host} = machine;
  const draft = await readInstalledDraft(context);
  const round = await tryRound(context, draft);
  if (round === 'run in progress') return skip(context, print, 'A run is in progress, so nothing is reported.');
  const {items, save} = round;
  // The journal has them whatever becomes of the messages.
  if (!invocation.json) print(items.length === 0 ? 'Nothing has changed.' : items.map(describeItem).join('\n'));
  const deliveries = await deliver({host, settings: completeSettings(draft), items});
  if (deliveries === undefined) return skip(context, print, unsent);
  await save();
  if (invocation.json) print(formatJson({items, deliveries: deliveries.map(formatDelivery)}));
  else if (deliveries.length > 0) print(deliveries.map(describeDelivery).join('\n'));
  return deliveries.some(delivery => 'fault' in delivery) ? exits.failed : exits.done;
}

async function tryRound(context: CommandContext, draft: Draft): Promise<Round> {
  const {signal} = context;
  const {host} = context.machine;
  try {
    const {checks} = await drawStackFor(context, draft, await detectFacts(context, draft));
    return await lookAround({host, checks, signal});
  } catch (error) {
    if (error instanceof Problem && error.code !== 'bad-settings') return reportNoRound(host, error);
    throw error;
  }
}

/** Shapes a delivery for programs. */
export function formatDelivery({way: {name, target}, ...result}: Delivery) {
  return {way: name, target, ...result};
}
