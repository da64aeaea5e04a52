import {findGoingRun, refuseRun} from '../engine/going.ts';
import {exits} from '../model/exit-codes.ts';
import type {Facts} from '../model/facts.ts';
import {factsToJson} from '../model/facts-json.ts';
import type {Plan} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import type {Draft} from '../model/settings/draft.ts';
import {addAnswers} from '../model/settings/gather.ts';
import {askAgain, askFor} from '../model/settings/questions.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {Decision, Purpose, Ui} from '../model/ui.ts';
import type {Recording} from '../rehearsal/recording.ts';
import {rehearse} from '../rehearsal/rehearsal.ts';
import {reportOn} from '../runs/report.ts';
import {look, lookQuietly, readDraft, type Scene} from '../runs/survey.ts';
import {start} from '../runs/watch.ts';
import {type Stack, sketchMap} from '../stack/index.ts';
import {attach} from './attach.ts';
import {goHome} from './home.ts';
import {withProbe} from './probe.ts';
import {drawOrTell, type Proposed, propose, saveCopy} from './propose.ts';
import {recover, undo, uninstall} from './undo.ts';

/** The story: look, ask, plan, review, apply, prove. Returns the exit status. */
export async function install(scene: Scene, ui: Ui): Promise<number> {
  const {host, invocation} = scene;
  if (invocation.command === 'install' && (await findGoingRun(host))) return attach(scene, ui);
  await refuseRun(host);
  const draft = await readDraft(scene);
  const isAtHome = isReconfiguring(scene, draft);
  const facts = isAtHome ? await lookQuietly(scene, draft) : await lookAround(scene, ui, draft);
  const purpose = isAtHome ? await comeHome({scene, ui, draft, facts}) : 'change';
  if (purpose === 'quit') return exits.done;
  if (purpose !== 'change') return waysBack[purpose](scene, ui);
  const proposal = await settle({scene, ui, draft, facts});
  if (!proposal?.stack || !proposal.isApproved) return leave(proposal);
  const approved = {...proposal, scene, ui, stack: proposal.stack};
  return scene.recording ? rehearsePlan(approved, scene.recording) : carryOutPlan(approved);
}

const waysBack = {undo, uninstall} as const;

type Start = {readonly scene: Scene; readonly ui: Ui; readonly draft: Draft; readonly facts: Facts};

/** Where the stack cannot be drawn, the review tells the owner why. */
async function comeHome({scene, ui, draft, facts}: Start): Promise<Purpose> {
  const stack = await drawOrTell(scene, draft, facts);
  return 'problem' in stack ? 'change' : goHome(scene, ui, stack);
}

type Proposal = Proposed & {readonly draft: Draft; readonly facts: Facts; readonly isApproved: boolean};

/** Asks and shows until the owner has decided on a plan; undefined when he left before there was one. */
async function settle({scene, ui, ...start}: Start): Promise<Proposal | undefined> {
  let {draft, facts} = start;
  let questions = isReconfiguring(scene, draft) ? askAgain(draft, facts) : askFor(draft, facts);
  for (;;) {
    const asked = questions.map(question => withProbe(question, facts, scene.recording));
    // Who consented beforehand is asked nothing: what is missing then is a fault, and the settings tell it.
    const isAsked = questions.length > 0 && !scene.invocation.yes;
    const answers = isAsked ? await ui.ask(asked, sketchMap(draft, facts)) : {};
    if (!answers) return undefined;
    draft = addAnswers(draft, answers);
    const proposed = await propose(scene, draft, facts);
    const decision = await decide({scene, ui, draft, ...proposed});
    if (decision === 'apply' || decision === 'quit')
      return {...proposed, draft, facts, isApproved: decision === 'apply'};
    if (decision === 'again') facts = await lookAround(scene, ui, draft);
    questions = decision === 'again' ? [] : askAgain(draft, facts);
  }
}

async function decide({scene, ui, draft, stack, plan}: Proposed & Omit<Start, 'facts'>): Promise<Decision> {
  if (stack) ui.showMap(stack.map);
  checkExpectation(scene, plan);
  const hasNothingToShow = plan.changes.length === 0 && plan.problems.length === 0;
  return hasNothingToShow ? 'apply' : ui.review(plan, () => saveCopy(draft));
}

async function lookAround(scene: Scene, ui: Ui, draft: Draft): Promise<Facts> {
  const {detected, facts} = look(scene, draft);
  await ui.look(detected);
  return facts;
}

/** The bare command on a machine that has its settings: the owner came to change something. */
function isReconfiguring({invocation}: Scene, draft: Draft): boolean {
  return invocation.command === 'install' && draft.missing.length === 0 && !invocation.yes;
}

/** The exit status where nothing was carried out: something stands in the way, or the owner went away. */
function leave(proposal: Proposal | undefined): number {
  return proposal && proposal.plan.problems.length > 0 ? exits.failed : exits.stopped;
}

function checkExpectation({invocation: {expect}}: Scene, {digest}: Plan): void {
  if (expect === undefined || expect === digest) return;
  throw new Problem({
    code: 'plan-changed',
    summary: `The plan is no longer the one that was approved: it has the digest ${digest}.`,
    remedy: 'Look at `jitsi-onebox plan` again and approve that.',
  });
}

type Approved = Start & {readonly stack: Stack; readonly plan: Plan};

/** Leaves the work to a run of its own, and watches it. */
async function carryOutPlan({scene, ui, draft, facts, plan}: Approved): Promise<number> {
  const {takeOver, whenIdle} = scene.invocation;
  const [settings, told] = [writeSettings(draft), factsToJson(facts)];
  const errand = {command: 'apply', settings, facts: told, takeOver, whenIdle} as const;
  return recover(scene, ui, await start(scene, ui, errand, plan));
}

/** Shows what carrying out a plan would be like: on a recorded machine nothing can be changed. */
async function rehearsePlan({ui, stack, plan}: Approved, {props}: Recording): Promise<number> {
  const [stopping, leaving] = [new AbortController(), new AbortController()];
  const signal = AbortSignal.any([stopping.signal, leaving.signal]);
  const run = await ui.watch(rehearse(plan, stack.checks, props, signal), {
    stop: () => stopping.abort(),
    leave: () => leaving.abort(),
  });
  if (leaving.signal.aborted) return exits.done;
  const exit = run.exit ?? exits.failed;
  await ui.report(reportOn(stack, {run, exit}));
  return exit;
}
