import {isDeepStrictEqual} from 'node:util';
import {findGoingRun, refuseRun} from '../engine/worker-unit.ts';
import type {Facts} from '../model/facts.ts';
import {factsToJson} from '../model/facts-json.ts';
import type {RunRecord} from '../model/machine.ts';
import {describeError, type ProblemReport} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {RunRequest, UndoRequest, UpdateRequest} from '../model/request.ts';
import type {Run} from '../model/run.ts';
import type {Draft} from '../model/settings/draft.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {Ui} from '../model/ui.ts';
import {approve, planRun} from '../runs/plan.ts';
import {reportDone} from '../runs/report.ts';
import {watchRun} from '../runs/watch.ts';
import {
  findFailed,
  findNews,
  hasSameTargets,
  listImages,
  type Notice,
  readNotice,
  type Stack,
  type UpdateNews,
  writeNotice,
} from '../stack/index.ts';
import {findBrokenUpdate} from '../undo/broken-update.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print, readInstalledDraft} from './context.ts';
import {notInstalled} from './refusals.ts';
import {demandCheck, type Faults, findFaults} from './update-faults.ts';
import {
  informOfBlock,
  informOfHindrance,
  informOfNews,
  informOfProgram,
  informOfRecovery,
  informOfUpdate,
} from './update-messages.ts';
import {renderNews} from './update-news.ts';

type Installed = {
  readonly draft: Draft;
  readonly facts: Facts;
  readonly stack: Stack;
  readonly news: UpdateNews;
  /** Whether the last look at the registry did not see these updates. */
  readonly isNew: boolean;
  /** The checks that kept the timer from an update the last time. */
  readonly blocked: Notice['blocked'];
  /** The problem that kept it from one. */
  readonly hindrance: Notice['hindrance'];
};

/** `update --check`: shows what the registry has. */
export async function showUpdates(context: CommandContext, print: Print): Promise<number> {
  const former = await readHindrance(context);
  const {draft, news, isNew} = await lookForUpdates(context).catch(error => passOn(context, error, former));
  if (isNew) await informOfNews(context, draft, news);
  const failed = findFailed((await readNotice(context.machine.host)) ?? {}, listImages(news.images));
  print(context.invocation.json ? formatJson({...news, ...(failed && {failed})}) : renderNews(news, failed));
  return news.images.length > 0 ? exits.changes : exits.done;
}

/** `update --now` and `--recover`: returns the exit status. */
export async function update(context: CommandContext, ui: Ui): Promise<number> {
  const {machine, invocation} = context;
  await refuseRun(machine.host);
  if (invocation.scheduled) await informOfProgram(context);
  const former = await readHindrance(context);
  const broken = await takeBackBroken(context, ui).catch(error => passOn(context, error, former));
  if (broken !== undefined) await informOfRecovery(context, broken, former);
  if (invocation.recover || (broken !== undefined && broken !== exits.done)) return broken ?? exits.done;
  return installNews(context, ui).catch(error => passOn(context, error, former));
}

/** Reads what kept the timer from an update before; the next look at the registry ends it. */
const readHindrance = async ({machine}: CommandContext) => (await readNotice(machine.host))?.hindrance;

/** Passes an error on, after a message about it where nobody watches. */
async function passOn(context: CommandContext, error: unknown, former: Notice['hindrance']): Promise<never> {
  const {scheduled, recover} = context.invocation;
  if (scheduled || recover) await informOfHindrance(context, describeError(error), former);
  throw error;
}

async function installNews(context: CommandContext, ui: Ui): Promise<number> {
  const {machine, invocation} = context;
  const installed = await lookForUpdates(context);
  const images = listImages(installed.news.images);
  if (installed.news.images.length === 0)
    return reportDone(ui, renderNews({...installed.news, releases: []}, undefined));
  const failed = findFailed((await readNotice(machine.host)) ?? {}, images);
  if (invocation.scheduled && failed)
    return reportDone(ui, `This update failed in run ${failed.run} and was taken back, so it is not tried again.`);
  const faults = await findFaults(context, installed.stack);
  if (faults.refusal) return refuse(context, ui, installed, faults);
  const request = makeRequest(installed, images, faults);
  const exit = await runUpdate(context, ui, installed, request);
  // A published image that has just been pulled gets newer packages next.
  const isHalf = installed.news.isRebuilt && Object.values(images).some(({rebuild}) => rebuild === undefined);
  return exit === exits.done && isHalf ? installNews(context, ui) : exit;
}

async function runUpdate(
  context: CommandContext,
  ui: Ui,
  installed: Installed,
  request: UpdateRequest,
): Promise<number> {
  const {machine, invocation, assets} = context;
  const plan = await planRun({host: machine.host, assets}, request);
  const [obstacle] = plan.problems;
  if (obstacle && invocation.yes) {
    if (invocation.scheduled) await informOfHindrance(context, obstacle, installed.hindrance);
    return reportProblems(ui, plan.problems);
  }
  const decision = await ui.review(plan);
  if (decision === 'again') return update(context, ui);
  if (decision !== 'apply') return plan.problems.length > 0 ? exits.failed : exits.stopped;
  const record = await machine.start(approve(request, plan), plan, installed.stack.checks);
  const exit = await follow(context, ui, record, request);
  return informOfUpdate(context, installed.draft, {images: installed.news.images, exit});
}

/** Reports why an update is not begun. The timer also notes it for `status` and the home screen, and sends word of it once. */
async function refuse(
  context: CommandContext,
  ui: Ui,
  {draft, news, blocked}: Installed,
  {causes, refusal}: Faults,
): Promise<number> {
  const {host} = context.machine;
  const known = await readNotice(host);
  if (context.invocation.scheduled && known) {
    await writeNotice(host, {...known, blocked: {at: new Date(host.now()).toISOString(), checks: [...causes]}});
    if (!isDeepStrictEqual(blocked?.checks, causes)) await informOfBlock(context, draft, news, refusal);
  }
  return reportProblems(ui, refusal ? [refusal] : []);
}

/** Follows an update to its end, and takes it back if its worker is killed. */
async function follow(context: CommandContext, ui: Ui, record: RunRecord, request: UpdateRequest): Promise<number> {
  const {host} = context.machine;
  const {exit, run} = await watchRun(ui, record);
  // A run that somebody stopped says nothing about its images.
  if (run && !run.stopping && showsFault(run, request)) await noteFailure(host, record, request);
  // The viewer may also have left a run that continues.
  if ((await findGoingRun(host)) !== undefined || (await findBrokenUpdate()) === undefined) return exit;
  return (await takeBackBroken(context, ui)) === exits.done ? exits.tookBack : exits.failed;
}

/** Returns whether the new images did not work. An image that could not be pulled says nothing about it. */
function showsFault({steps, checks}: Run, {despite = []}: UpdateRequest): boolean {
  const hasFailed = [...steps.values()].some(({kind, state}) => kind === 'compose-service' && state === 'failed');
  const counted = [...checks.values()].filter(({check}) => !despite.some(code => code === check));
  return hasFailed || counted.some(({state}) => state === 'failed' || state === 'unknown');
}

async function noteFailure(
  host: CommandContext['machine']['host'],
  {files}: RunRecord,
  {images}: UpdateRequest,
): Promise<void> {
  const at = new Date(host.now()).toISOString();
  const known = await readNotice(host);
  await writeNotice(host, {checked: at, images, ...known, failed: {at, run: files?.run ?? '', images}});
}

/** Takes back an update that ended unexpectedly; returns the exit status, or undefined if there is none. */
async function takeBackBroken({machine, assets, invocation}: CommandContext, ui: Ui): Promise<number | undefined> {
  const run = await findBrokenUpdate();
  if (run === undefined) return undefined;
  const despite = invocation.despite.map(demandCheck);
  const request: UndoRequest = {command: 'undo', run, packages: false, ...(despite.length > 0 && {despite})};
  const plan = await planRun({host: machine.host, assets}, request);
  if (plan.problems.length > 0) return reportProblems(ui, plan.problems);
  const approved: RunRequest = approve(request, plan, 'jitsi-onebox');
  return (await watchRun(ui, await machine.start(approved, plan, []))).exit;
}

/** Asks the registry, and notes the answer for the home screen and `status`. */
async function lookForUpdates(context: CommandContext): Promise<Installed> {
  const {machine, assets, invocation} = context;
  const {host} = machine;
  const draft = await readInstalledDraft(context);
  const facts = await detectFacts(context, draft);
  const stack = await drawStackFor(context, draft, facts);
  const {blueprint, updates} = stack;
  const composeFile = await host.files.read(`${blueprint.project.directory}/compose.yaml`);
  if (composeFile === undefined) throw notInstalled();
  const news = await findNews(machine, assets, {blueprint, composeFile, ...updates});
  const known = await readNotice(host);
  const images = listImages(news.images);
  // Only the timer knows whether something still keeps it from an update.
  const cleared = invocation.scheduled && {blocked: undefined, hindrance: undefined};
  await writeNotice(host, {...known, checked: new Date(host.now()).toISOString(), images, ...cleared});
  const isNew = news.images.length > 0 && !hasSameTargets(images, known?.images);
  return {draft, facts, stack, news, isNew, blocked: known?.blocked, hindrance: known?.hindrance};
}

function makeRequest(
  {draft, facts, stack, news}: Installed,
  images: UpdateRequest['images'],
  {failing}: Faults,
): UpdateRequest {
  const sizes = news.images.map(({bytes}) => bytes);
  const bytes = sizes.reduce<number>((sum, size = 0) => sum + size, 0);
  return {
    command: 'update',
    settings: writeSettings(draft),
    facts: factsToJson(facts),
    images,
    ...(failing.length > 0 && {despite: failing}),
    bytes,
    map: stack.map,
    address: `https://${stack.blueprint.domain}/`,
  };
}

async function reportProblems(ui: Ui, problems: readonly ProblemReport[]): Promise<number> {
  await ui.showProblems(problems);
  return exits.failed;
}
