import {type Invocation, readArguments} from './commands/arguments.ts';
import {setCompiling} from './commands/compiling.ts';
import type {CommandContext} from './commands/context.ts';
import {noTerminal, notRoot} from './commands/refusals.ts';
import {type AnswerCommand, isAnswer, isStory, rootOnly, type Story, stories} from './commands/stories.ts';
import type {Machine} from './model/machine.ts';
import {describeError} from './model/problem.ts';
import {exitFor, exits, version} from './model/program.ts';
import type {Ui} from './model/ui.ts';
import {makeVisible, showVisibly} from './model/visible.ts';
import {heedInterrupts} from './plain/interrupts.ts';
import {watchOutput} from './plain/output.ts';

const output = watchOutput(process.stdout, process.stderr);
const print = (text: string) => void process.stdout.write(`${makeVisible(text)}\n`);

// Everything is loaded when it is needed: the first screen waits for nothing else.
async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  // Not for people: systemd starts it for a run.
  if (argv[0] === 'worker') return runWorker(argv[1] ?? '');
  const invocation = readArguments(argv);
  const {command} = invocation;
  if (invocation.version) print(version);
  else if (invocation.help) print((await import('./commands/help.ts')).renderHelp(command, process.stdout.columns));
  else if (command === 'restore') return restore(invocation);
  else if (isStory(command) && !isAnswer(invocation)) return runStory(invocation, command);
  else return answer(invocation, command as AnswerCommand);
  return exits.done;
}

async function runWorker(run: string): Promise<number> {
  const [{work}, {readAssets}, {createRealHost}] = await Promise.all([
    import('./runs/worker.ts'),
    import('./host/assets.ts'),
    import('./host/real.ts'),
  ]);
  return work({host: createRealHost(), assets: readAssets()}, run);
}

/** Runs a command that prints one answer and changes nothing. */
async function answer(invocation: Invocation, command: AnswerCommand): Promise<number> {
  const purpose = rootOnly[command];
  if (purpose !== undefined) demandRoot(purpose);
  const context = await openContext(invocation, {isStory: false});
  switch (command) {
    case 'plan':
      return (await import('./commands/plan.ts')).showPlan(context, print, () => openUi(invocation));
    case 'update':
      return (await import('./commands/update.ts')).showUpdates(context, print);
    case 'address':
      return (await import('./commands/address.ts')).showAddress(context, print);
    case 'detect':
      return (await import('./commands/detect.ts')).showFacts(context, print);
    case 'notify':
      return (await import('./commands/notify.ts')).testNotify(context, print);
    case 'metrics':
      return (await import('./commands/metrics.ts')).showMetrics(context, print);
    case 'status':
    case 'doctor':
    case 'check':
      return heedInterrupts(process, stop => prove(context, stop));
    case 'backup':
      if (invocation.scheduled)
        return (await import('./commands/scheduled-backup.ts')).makeScheduledBackup(context, print);
      return (await import('./commands/backup.ts')).backUp(context, print);
    case 'capacity':
      return (await import('./commands/capacity.ts')).showCapacity(context, print);
    case 'router':
      return (await import('./commands/router.ts')).showRouter(context, print);
    case 'explain':
      return (await import('./commands/explain.ts')).explainCode(context, print);
    case 'settings':
      return (await import('./commands/settings.ts')).showSettings(context, print);
    case 'logs':
      return (await import('./commands/logs.ts')).printLogs(context, print);
    case 'users':
      return (await import('./commands/users.ts')).manageUsers(context, print);
    case 'sites':
      return (await import('./commands/sites.ts')).listSites(context, print);
    case 'token':
      return (await import('./commands/token.ts')).printToken(context, print);
    case 'self-test':
      return (await import('./commands/self-test.ts')).testSelf(context, print, loadAll);
  }
}

/** Runs checks. What they open, such as a call, is closed before the program ends. */
async function prove(context: CommandContext, stop: AbortSignal): Promise<number> {
  const {command, watch} = context.invocation;
  const stoppable = {...context, signal: AbortSignal.any([context.signal, stop])};
  const printUnlessStopped = (text: string) => {
    if (!stop.aborted) print(text);
  };
  if (watch) return (await import('./commands/watch.ts')).watchOnce(stoppable, printUnlessStopped);
  const {showCheckOf, showStatus} = await import('./commands/status.ts');
  return (command === 'check' ? showCheckOf : showStatus)(stoppable, printUnlessStopped);
}

/** Puts a backup into place, and then applies its settings as always. */
async function restore(invocation: Invocation): Promise<number> {
  demandRoot('change this host');
  demandAnswers(invocation);
  const {placeBackup} = await import('./commands/restore.ts');
  // With --json, standard output belongs to the events.
  const say = invocation.json ? (text: string) => void process.stderr.write(`${makeVisible(text)}\n`) : print;
  await placeBackup(await openContext(invocation, {isStory: false}), say);
  return runStory({...invocation, command: 'apply'}, 'apply');
}

function loadAll(): Promise<unknown> {
  const others = [import('./runs/worker.ts'), import('./tui/open.tsx'), import('./plain/open.ts')];
  return Promise.all([...others, ...Object.values(stories).map(load => load())]);
}

async function openContext(invocation: Invocation, {isStory}: {isStory: boolean}): Promise<CommandContext> {
  const [machine, {readAssets}] = await Promise.all([
    openMachine(invocation.facts, isStory),
    import('./host/assets.ts'),
  ]);
  // An answer that nobody reads any more ends, as that of `logs --follow`; a story ends with its Ui.
  const signal = isStory ? new AbortController().signal : output.lost;
  return {invocation, machine, assets: readAssets(), signal};
}

/** Opens this machine, or with --facts a recorded one; answers need only its facts. */
async function openMachine(facts: string | undefined, isStory: boolean): Promise<Machine> {
  if (facts === undefined) return openThisMachine();
  const [{readRecording}, {createRecordedMachine, replayFacts}] = await Promise.all([
    import('./commands/context.ts'),
    import('./rehearsal/machine.ts'),
  ]);
  const recording = await readRecording(facts);
  if (isStory) return createRecordedMachine(recording);
  return {
    ...(await openThisMachine()),
    detect: () => replayFacts(recording, 0),
    seeAddress: async () => recording.facts.publicAddress,
  };
}

async function openThisMachine(): Promise<Machine> {
  const [{createThisMachine}, {createRealHost}] = await Promise.all([
    import('./runs/this-machine.ts'),
    import('./host/real.ts'),
  ]);
  return createThisMachine(createRealHost());
}

/** Runs a command that talks with the user. */
async function runStory(invocation: Invocation, command: Story): Promise<number> {
  const {facts} = invocation;
  if (facts === undefined) demandRoot(purposes[command] ?? 'change this host');
  if (!isUnasked(invocation)) demandAnswers(invocation);
  const ui = await openUi(invocation);
  const crash = Promise.withResolvers<never>();
  // Only the first crash is reported.
  process.on('uncaughtException', crash.reject);
  try {
    // Loaded behind the first screen.
    const [run, context] = await Promise.all([stories[command](), openContext(invocation, {isStory: true})]);
    // From the first screen on the program mostly waits: compiled code would not be worth its time and its 15 MB.
    if (!invocation.yes) setCompiling(false);
    const exit = await Promise.race([run(context, ui), crash.promise]);
    await ui.close();
    return exit;
  } catch (error) {
    await ui.showProblems([describeError(error)]);
    await ui.close();
    // Something may still be going on, such as following a run.
    return exit(exitFor(error));
  }
}

/** Why commands that change nothing need root. */
const purposes: Partial<Record<Story, string>> = {'try-ports': 'open these ports', attach: 'read the runs'};

function demandRoot(purpose: string): void {
  if (process.getuid?.() !== 0) throw notRoot(purpose, process.argv.slice(2));
}

/** Returns whether a command asks nothing and changes nothing, so that it needs neither a terminal nor --yes. */
const isUnasked = ({command, outside}: Invocation) => ['attach', 'try-ports'].includes(command) || outside;

/** Defaults are never applied silently: either the user can be asked, or they gave --yes. */
function demandAnswers({yes, json, command}: Invocation): void {
  if (yes || (process.stdin.isTTY && !json)) return;
  throw noTerminal(command);
}

async function openUi({yes, json, plain, facts}: Invocation): Promise<Ui> {
  const {stdin, stdout, stderr, env} = process;
  // Without a reader there is nothing to show; a run that was started continues without this process.
  output.lost.addEventListener('abort', () => void exit(exits.failed));
  if (json) return (await import('./plain/json.ts')).openJsonUi({stdout, stderr, yes});
  const isTerminal = stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb';
  const wantsLines = plain || env.INK_SCREEN_READER === 'true';
  if (wantsLines || !isTerminal) {
    const {openPlainUi} = await import('./plain/open.ts');
    return openPlainUi({stdin, stdout, stderr, yes, interactive: stdin.isTTY, isRehearsal: facts !== undefined});
  }
  const {writeFirstLine} = await import('./tui/console.ts');
  const clearFirstLine = writeFirstLine(stdout, env);
  const {openTerminalUi} = await import('./tui/open.tsx');
  clearFirstLine();
  const ui = showVisibly(openTerminalUi({stdin, stdout, isRehearsal: facts !== undefined}));
  return yes ? approveInAdvance(ui) : ui;
}

/** With --yes a plan is shown only if it cannot be applied. */
function approveInAdvance(ui: Ui): Ui {
  return {...ui, review: async (plan, offers) => (plan.problems.length > 0 ? ui.review(plan, offers) : 'apply')};
}

/** Waits until everything written has arrived, and exits: a call leaves timers for a second, which nobody should wait for. */
async function exit(status: number): Promise<never> {
  const fault = await output.finish();
  if (fault === undefined) return process.exit(status);
  process.stderr.write(`${fault}\n`);
  return process.exit(exits.failed);
}

try {
  await exit(await main());
} catch (error) {
  const {renderProblem} = await import('./plain/render.ts');
  const problem = describeError(error);
  // As a run's --json reports it; the command line itself may be what cannot be read.
  const text = process.argv.includes('--json') ? JSON.stringify(problem) : renderProblem(problem);
  process.stderr.write(`${makeVisible(text)}\n`);
  await exit(exitFor(error));
}
