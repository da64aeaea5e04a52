import {type Facts, known} from '../model/facts.ts';
import {factsToJson} from '../model/facts-json.ts';
import type {Change} from '../model/plan.ts';
import {describeError, Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {ApplyRequest} from '../model/request.ts';
import type {Draft} from '../model/settings/draft.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {Ui} from '../model/ui.ts';
import {approve, planRun} from '../runs/plan.ts';
import {reportDone} from '../runs/report.ts';
import {watchRun} from '../runs/watch.ts';
import {type AddressNotice, namesToFollow, publishAddress, writeAddressNotice} from '../stack/index.ts';
import {type AddressNews, informOfChange, informOfRefusal} from './address-messages.ts';
import {type CommandContext, detectFacts, drawStackFor} from './context.ts';

/** The address that the internet sees, beside the one in use. */
export type SeenAddress = AddressNews & {readonly draft: Draft; readonly notice: Omit<AddressNotice, 'v'>};

/** Changes the DNS entries, unless they have the address already. A failure is reported, and the run is made all the same. */
export async function publish(context: CommandContext, ui: Ui, known: SeenAddress) {
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

/** Changes the address in the files of the server, in a run. */
export async function changeAddress(context: CommandContext, ui: Ui, known: SeenAddress): Promise<number> {
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
    summary: `The address was not changed automatically, because other changes wait in the same files: ${changes.map(({title}) => title).join(', ')}.`,
    remedy: 'Look at `jitsi-onebox plan`, then run `jitsi-onebox apply`: it changes the address too.',
  });
}
