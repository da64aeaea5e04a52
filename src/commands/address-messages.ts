import type {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {Settings} from '../model/settings/schema.ts';
import {inform, type News} from '../runs/deliver.ts';
import type {CommandContext} from './context.ts';

/** A finding of the timer: the address, the one before, and whether the same was reported already. */
export type AddressNews = {
  readonly settings: Settings;
  readonly seen: string;
  readonly inUse: string;
  readonly isKnown: boolean;
};

/** Sends word of an address that is not followed automatically; the regular checks report it where they are on. */
export async function informOfAddress(context: CommandContext, news: AddressNews): Promise<void> {
  if (news.isKnown || news.settings.watch.mode === 'on') return;
  await send(context, news, {
    kind: 'warning',
    title: 'The public address',
    text: `It changed from ${news.inUse} to ${news.seen}, and participants are still sent to the former one.`,
    remedy: 'Run `sudo jitsi-onebox address --now`.',
  });
}

/** Sends word of DNS entries that could not be changed, at the first attempt. */
export async function informOfRefusal(context: CommandContext, news: AddressNews, text: string): Promise<void> {
  if (news.isKnown) return;
  await send(context, news, {kind: 'failed', title: 'The DNS entry', text, remedy: 'The timer tries again.'});
}

/** Sends word of what keeps the timer from following the address, at the first attempt. */
export async function informOfHindrance(
  context: CommandContext,
  news: AddressNews,
  {summary, remedy}: Problem,
): Promise<void> {
  if (news.isKnown) return;
  const {seen, inUse} = news;
  await send(context, news, {
    kind: 'failed',
    title: 'The change to another public address',
    text: `The public address is ${seen}, and participants are still sent to ${inUse}. ${summary}`,
    remedy,
  });
}

/** Sends word of what a change by the timer came to, and returns its exit status. A failure is reported once. */
export async function informOfChange(context: CommandContext, news: AddressNews, exit: number): Promise<number> {
  const {seen, inUse, isKnown} = news;
  if (exit === exits.done)
    await send(context, news, {
      title: 'Another public address',
      text: `Participants are sent to ${seen} now, no longer to ${inUse}.`,
    });
  else if (exit === exits.failed && !isKnown)
    await send(context, news, {
      kind: 'failed',
      title: 'The change to another public address',
      text: `The public address is ${seen}, and participants are still sent to ${inUse}.`,
      remedy: 'The timer tries again. See `sudo jitsi-onebox attach`.',
    });
  return exit;
}

async function send({machine, invocation}: CommandContext, {settings}: AddressNews, what: News): Promise<void> {
  if (invocation.scheduled) await inform(machine.host, settings, what);
}
