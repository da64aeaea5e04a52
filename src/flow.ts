import {openJournal} from './engine/journal.ts';
import {carryOut} from './engine/worker.ts';
import {exits} from './exit-codes.ts';
import {keepOriginals} from './host/keeping.ts';
import type {Facts} from './model/facts.ts';
import type {Plan} from './model/plan.ts';
import {describeError, Problem} from './model/problem.ts';
import type {Draft} from './model/settings/draft.ts';
import {addAnswers} from './model/settings/gather.ts';
import {askAgain, askFor} from './model/settings/questions.ts';
import type {Ui} from './model/ui.ts';
import type {Stack} from './stack/index.ts';
import {look, planStack, readDraft, type Scene, survey} from './survey.ts';
import {version} from './version.ts';

/** The story: look, ask, plan, review, apply, prove. Returns the exit status. */
export async function install(scene: Scene, ui: Ui): Promise<number> {
  const draft = await readDraft(scene);
  const facts = await lookAround(scene, ui, draft);
  const proposal = await settle({scene, ui, draft, facts});
  return proposal?.isApproved ? carryOutPlan({scene, ui, ...proposal}) : leave(proposal);
}

type Proposal = {readonly stack: Stack; readonly plan: Plan; readonly isApproved: boolean};

/** Asks and shows until the owner has decided on a plan; undefined when he left before there was one. */
async function settle({
  scene,
  ui,
  facts,
  ...start
}: {
  scene: Scene;
  ui: Ui;
  draft: Draft;
  facts: Facts;
}): Promise<Proposal | undefined> {
  let {draft} = start;
  let questions = isReconfiguring(scene, draft) ? askAgain(draft, facts) : askFor(draft, facts);
  for (;;) {
    // Who consented beforehand is asked nothing: what is missing then is a fault, and the settings tell it.
    const answers = questions.length > 0 && !scene.invocation.yes ? await ui.ask(questions) : {};
    if (!answers) return undefined;
    draft = addAnswers(draft, answers);
    const stack = await survey(scene, draft, facts);
    const plan = await planStack(scene.host, stack);
    checkExpectation(scene, plan);
    const hasNothingToShow = plan.changes.length === 0 && plan.problems.length === 0;
    const decision = hasNothingToShow ? 'apply' : await ui.review(plan);
    if (decision !== 'change') return {stack, plan, isApproved: decision === 'apply'};
    questions = askAgain(draft, facts);
  }
}

async function lookAround(scene: Scene, ui: Ui, draft: Draft): Promise<Facts> {
  const {findings, facts} = look(scene, draft);
  await ui.look(findings);
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

async function carryOutPlan({scene, ui, stack, plan}: Proposal & {scene: Scene; ui: Ui}): Promise<number> {
  const {host, invocation} = scene;
  const journal = await openJournal();
  const stopping = new AbortController();
  const {events, ended} = carryOut({
    resources: stack.resources,
    checks: stack.checks,
    problems: stack.problems.map(describeError),
    host: keepOriginals(host, {runDirectory: journal.directory}),
    journal,
    signal: stopping.signal,
    approvedDigest: plan.digest,
    command: 'apply',
    version,
    by: process.env.SUDO_USER ?? process.env.USER ?? 'root',
  });
  const run = await ui.watch(events, () => stopping.abort('the owner'));
  const {exit, problems} = await ended;
  if (problems.length > 0) await ui.tell(problems);
  const address = `https://${stack.blueprint.domain}/`;
  if (!invocation.json) await ui.report({run, address, journal: journal.path, next: nextSteps(exit, stack)});
  return exit;
}

function nextSteps(exit: number, {blueprint, forwards}: Stack): readonly string[] {
  if (exit !== exits.done)
    return ['Put right what is named above and run `sudo jitsi-onebox apply`: it goes on where it stopped.'];
  const ports = forwards.map(({port, protocol}) => `${port}/${protocol}`).join(', ');
  return [
    `In the router, forward ${ports} to ${blueprint.localAddress}.`,
    'See how it is with `sudo jitsi-onebox status`; change it with `sudo jitsi-onebox`.',
  ];
}
