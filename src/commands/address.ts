import {setTimeout as sleep} from 'node:timers/promises';
import {findGoingRun, refuseRun} from '../engine/worker-unit.ts';
import {type Fact, type Facts, known, unknown} from '../model/facts.ts';
import {factsToJson} from '../model/facts-json.ts';
import type {Change} from '../model/plan.ts';
import {describeError, Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {ApplyRequest} from '../model/request.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import type {Settings} from '../model/settings/schema.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {Ui} from '../model/ui.ts';
import {approve, planRun} from '../runs/plan.ts';
import {reportDone} from '../runs/report.ts';
import {watchRun} from '../runs/watch.ts';
import {
  type AddressNotice,
  namesToFollow,
  publishAddress,
  readAddressNotice,
  readInUse,
  writeAddressNotice,
} from '../stack/index.ts';
import {type AddressNews, informOfAddress, informOfChange, informOfRefusal} from './address-messages.ts';
import {
  type CommandContext,
  detectFacts,
  drawStackFor,
  formatJson,
  notInstalled,
  type Print,
  readInstalledDraft,
} from './context.ts';

/** Milliseconds between the two looks that have to agree: a router that reconnects may have an address for seconds only. */
const usualPause = 20_000;

type Installed = {readonly draft: Draft; readonly settings: Settings; readonly inUse: string};

/** `address`: shows the address that participants are sent to, and the one that the internet sees. */
export async function showAddress(context: CommandContext, print: Print): Promise<number> {
  const {machine, invocation, signal} = context;
  const {settings, inUse} = await readInstalled(context);
  const {value: seen, source} = await machine.seeAddress(settings.detection.stun, signal);
  const names = namesToFollow(settings);
  const entries = await Promise.all(
    names.map(async name => ({name, addresses: await machine.lookUp(name).catch(() => [])})),
  );
  const lines = [
    `Participants are sent to ${inUse}.`,
    seen === undefined ? `The public address is not known: ${source}.` : `The public address is ${seen} (${source}).`,
    ...entries.map(({name, addresses}) => `${name} resolves to ${addresses.join(', ') || 'nothing'}.`),
  ];
  print(invocation.json ? formatJson({inUse, seen: seen ?? null, names: entries}) : lines.join('\n'));
  return seen === undefined || seen === inUse ? exits.done : exits.changes;
}

/** `address --now`: follows another public address. Returns the exit status. */
export async function followAddress(context: CommandContext, ui: Ui, pause = usualPause): Promise<number> {
  const {machine, invocation} = context;
  if (invocation.scheduled && (await findGoingRun(machine.host))) {
    await reportDone(ui, 'Another run is in progress, so the address is looked for later.');
    return exits.starting;
  }
  await refuseRun(machine.host);
  const installed = await readInstalled(context);
  if (installed.settings.address.public !== 'auto')
    return reportDone(
      ui,
      `No other address is followed, since address.public is ${installed.settings.address.public}.`,
    );
  const found = await seeTwice(context, installed, pause);
  if (found.value === undefined) return reportDone(ui, `No other address is followed: ${found.reason}.`);
  const seen = found.value;
  const before = await readAddressNotice(machine.host);
  const notice = {...before, checked: new Date(machine.host.now()).toISOString(), seen};
  const mayChange = !invocation.scheduled || installed.settings.address.changes === 'apply';
  const news = {...installed, seen, wasSeen: before?.seen === seen};
  const published = mayChange ? await publish(context, ui, {...news, notice}) : {notice, isDone: true};
  await writeAddressNotice(machine.host, published.notice);
  const exit = published.isDone ? exits.done : exits.failed;
  if (seen === installed.inUse && notice.pending === undefined) {
    await reportDone(ui, `The public address is ${seen}, to which participants are sent.`);
    return exit;
  }
  if (!mayChange) {
    await informOfAddress(context, news);
    await reportDone(
      ui,
      `The public address changed from ${installed.inUse} to ${seen}: sudo jitsi-onebox address --now`,
    );
    return exits.changes;
  }
  return Math.max(exit, await changeAddress(context, ui, {...news, notice: published.notice}));
}

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

type Seen = Installed & AddressNews & {readonly notice: Omit<AddressNotice, 'v'>};

/** Changes the DNS entries, unless they have the address already. A failure is reported, and the run is made all the same. */
async function publish(context: CommandContext, ui: Ui, known: Seen) {
  const {machine} = context;
  const {settings, seen, notice} = known;
  const names = namesToFollow(settings);
  if (names.length === 0 || notice.published === seen) return {notice, isDone: true};
  const found = await Promise.all(names.map(name => machine.lookUp(name).catch(() => [])));
  const isRight = found.every(addresses => addresses.length > 0 && addresses.every(each => each === seen));
  try {
    if (!isRight) await publishAddress(machine.host, settings, seen);
    return {notice: {...notice, published: seen}, isDone: true};
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await ui.showProblems([describeError(error)]);
    await informOfRefusal(context, known, error.summary);
    return {notice, isDone: false};
  }
}

async function changeAddress(context: CommandContext, ui: Ui, known: Seen): Promise<number> {
  const {machine, assets, invocation} = context;
  const {draft, seen, notice} = known;
  const ground = {host: machine.host, assets};
  const facts = await detectFacts(context, draft);
  if (notice.pending === undefined) {
    const {request} = await drawRequest(context, {draft, facts, address: known.inUse});
    refuseOtherChanges((await planRun(ground, request)).changes);
  }
  const {request, checks} = await drawRequest(context, {draft, facts, address: seen});
  const plan = await planRun(ground, request);
  if (plan.changes.length === 0) {
    // The rest of a run that did not end well was done by another one.
    await writeAddressNotice(machine.host, {...notice, pending: undefined});
    return reportDone(ui, `Participants are sent to ${seen}.`);
  }
  const decision = invocation.yes ? 'apply' : await ui.review(plan);
  if (decision !== 'apply') return exits.stopped;
  await writeAddressNotice(machine.host, {...notice, pending: seen});
  const {exit} = await watchRun(ui, await machine.start(approve(request, plan), plan, checks));
  if (exit === exits.done) await writeAddressNotice(machine.host, {...notice, pending: undefined});
  return informOfChange(context, known, exit);
}

type Wanted = {readonly draft: Draft; readonly facts: Facts; readonly address: string};

async function drawRequest(context: CommandContext, {draft, facts: found, address}: Wanted) {
  const facts = {...found, publicAddress: known(address, found.publicAddress.source)};
  const {blueprint, map, checks} = await drawStackFor(context, draft, facts);
  const request: ApplyRequest = {
    command: 'apply',
    only: 'address',
    settings: writeSettings(draft),
    facts: factsToJson(facts),
    takeOver: [],
    whenIdle: true,
    map,
    address: `https://${blueprint.domain}/`,
  };
  return {request, checks};
}

/** Explains that the files with the address would get other changes too: a newer release or edited settings wait to be applied. */
function refuseOtherChanges(changes: readonly Change[]): void {
  if (changes.length === 0) return;
  throw new Problem({
    code: 'other-changes',
    summary: `The address is not changed by itself, since other changes wait in the same places: ${changes.map(({title}) => title).join(', ')}.`,
    remedy: 'Look at `jitsi-onebox plan`, then run `jitsi-onebox apply`: it changes the address too.',
  });
}
