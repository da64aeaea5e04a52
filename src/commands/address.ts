import {setTimeout as sleep} from 'node:timers/promises';
import {findGoingRun, refuseRun} from '../engine/worker-unit.ts';
import {type Fact, unknown} from '../model/facts.ts';
import {describeError, Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Ui} from '../model/ui.ts';
import {reportDone} from '../runs/report.ts';
import {
  describeOpenChange,
  namesToFollow,
  nextAttempt,
  readAddressNotice,
  readInUse,
  writeAddressNotice,
} from '../stack/index.ts';
import {changeAddress, publish, type SeenAddress} from './address-change.ts';
import {informOfAddress, informOfHindrance} from './address-messages.ts';
import {type CommandContext, formatJson, type Print, readInstalledDraft} from './context.ts';
import {notInstalled} from './refusals.ts';

type Installed = Omit<SeenAddress, 'seen' | 'isKnown' | 'notice'>;

/** Milliseconds between the two looks that have to agree: a router that reconnects may have an address for seconds only. */
const usualPause = 20_000;

/** `address`: shows the address that participants are sent to, and the one that the internet sees. */
export async function showAddress(context: CommandContext, print: Print): Promise<number> {
  const {machine, invocation, signal} = context;
  const {settings, inUse} = await readInstalled(context);
  const found = await machine.seeAddress(settings.detection.stun, signal);
  const seen = found.value;
  const names = namesToFollow(settings);
  const entries = await Promise.all(
    names.map(async name => ({name, addresses: await machine.lookUp(name).catch(() => [])})),
  );
  const lines = [
    `Participants are sent to ${inUse}.`,
    found.value === undefined
      ? `The public address is not known: ${found.reason}.`
      : `The public address is ${found.value} (${found.source}).`,
    ...entries.map(({name, addresses}) => `${name} resolves to ${addresses.join(', ') || 'nothing'}.`),
  ];
  print(invocation.json ? formatJson({inUse, seen: seen ?? null, names: entries}) : lines.join('\n'));
  return seen === undefined || seen === inUse ? exits.done : exits.changes;
}

/** `address --now`: follows another public address. Returns the exit status. */
export async function followAddress(context: CommandContext, ui: Ui, pause = usualPause): Promise<number> {
  const {machine, invocation} = context;
  if (invocation.scheduled && (await findGoingRun(machine.host))) {
    await reportDone(ui, 'Another run is in progress, so the address is checked later.');
    return exits.starting;
  }
  await refuseRun(machine.host);
  const installed = await readInstalled(context);
  if (installed.settings.address.public !== 'auto')
    return reportDone(ui, `The address is not followed, since address.public is ${installed.settings.address.public}.`);
  const found = await seeTwice(context, installed, pause);
  if (found.value === undefined) return reportDone(ui, `The address is not followed: ${found.reason}.`);
  const seen = found.value;
  const before = await readAddressNotice(machine.host);
  const notice = {...before, checked: new Date(machine.host.now()).toISOString(), seen};
  const news = {...installed, notice, seen, isKnown: before?.seen === seen};
  if (!invocation.scheduled) return follow(context, ui, news);
  return installed.settings.address.changes === 'apply'
    ? followBySchedule(context, ui, news)
    : onlyInform(context, ui, news);
}

async function onlyInform(context: CommandContext, ui: Ui, news: SeenAddress): Promise<number> {
  const {seen, inUse, notice} = news;
  await writeAddressNotice(context.machine.host, notice);
  const what = describeOpenChange(notice, inUse);
  if (what === undefined) return reportUnchanged(ui, news);
  if (seen !== inUse) await informOfAddress(context, news);
  await reportDone(ui, `${what}: sudo jitsi-onebox address --now`);
  return exits.changes;
}

/** Follows the address as the timer does: what fails is reported once, and tried again after ever longer pauses. */
async function followBySchedule(context: CommandContext, ui: Ui, news: SeenAddress): Promise<number> {
  const {host} = context.machine;
  const {seen, notice} = news;
  const failed = notice.failed?.address === seen ? notice.failed : undefined;
  if (failed && host.now() < nextAttempt(failed)) {
    await writeAddressNotice(host, notice);
    const time = new Date(nextAttempt(failed)).toISOString();
    await reportDone(ui, `The last attempt to follow ${seen} failed. The next one is after ${time}.`);
    return exits.starting;
  }
  const attempt = {...news, isKnown: failed !== undefined};
  const exit = await follow(context, ui, attempt).catch(async error => {
    if (!(error instanceof Problem)) throw error;
    await informOfHindrance(context, attempt, error);
    await ui.showProblems([describeError(error)]);
    return exits.failed;
  });
  const {failed: _former, ...known} = (await readAddressNotice(host)) ?? notice;
  const at = new Date(host.now()).toISOString();
  const outcome = exit === exits.failed && {failed: {address: seen, at, times: (failed?.times ?? 0) + 1}};
  await writeAddressNotice(host, {...known, ...outcome});
  return exit;
}

/** Changes the DNS entries and the server's files, where they have another address. */
async function follow(context: CommandContext, ui: Ui, news: SeenAddress): Promise<number> {
  const {notice, isDone} = await publish(context, ui, news);
  await writeAddressNotice(context.machine.host, notice);
  const exit = isDone ? exits.done : exits.failed;
  if (news.seen === news.inUse && notice.pending === undefined) return Math.max(exit, await reportUnchanged(ui, news));
  return Math.max(exit, await changeAddress(context, ui, {...news, notice}));
}

const reportUnchanged = (ui: Ui, {seen}: SeenAddress) =>
  reportDone(ui, `The public address is still ${seen}, and participants are sent there.`);

async function readInstalled(context: CommandContext): Promise<Installed> {
  const draft = await readInstalledDraft(context);
  const settings = completeSettings(draft);
  const {publicAddress} = await readInUse(context.machine.host, settings.stack.directory);
  if (publicAddress === undefined) throw notInstalled();
  return {draft, settings, inUse: publicAddress};
}

/** Looks for the address; another one than before has to be seen twice in a row, and proven where nobody is asked before a change. */
async function seeTwice(
  {machine, signal, invocation}: CommandContext,
  {settings, inUse}: Installed,
  pause: number,
): Promise<Fact<string>> {
  const {stun} = settings.detection;
  const isToFollow = invocation.scheduled ? settings.address.changes === 'apply' : namesToFollow(settings).length > 0;
  const first = await machine.seeAddress(stun, signal);
  if (first.value === undefined || first.value === inUse) return first;
  await sleep(pause, undefined, {signal});
  const second = await machine.seeAddress(stun, signal, {isToFollow});
  if (second.value === undefined || second.value === first.value) return second;
  return unknown(second.source, `${first.value} was seen only once`);
}
