import {setFlagsFromString} from 'node:v8';
import {type Command, type Invocation, readArguments} from './commands/arguments.ts';
import {exitFor, exits} from './model/exit-codes.ts';
import {describeError, Problem} from './model/problem.ts';
import type {Ui} from './model/ui.ts';
import {version} from './model/version.ts';
import type {Scene} from './runs/survey.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);

// Whatever a command needs is loaded when it is known: the first screen waits for nothing but itself.
async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  // Not for people: what `apply` has systemd start.
  if (argv[0] === 'worker') {
    const {work} = await import('./runs/work.ts');
    return work(await setScene(readArguments([])), argv[1] ?? '');
  }
  const invocation = readArguments(argv);
  const {command} = invocation;
  if (invocation.version) print(version);
  else if (invocation.help) print((await import('./commands/help.ts')).renderHelp(command));
  else if (isStory(command)) return tell(invocation, command);
  else {
    if (command === 'status' || command === 'doctor') demandRoot('look into every part of it');
    const {inspections} = await import('./commands/inspect.ts');
    return inspections[command](await setScene(invocation), print, openUi);
  }
  return exits.done;
}

async function setScene(invocation: Invocation): Promise<Scene> {
  const [{readAssets}, {createRealHost}] = await Promise.all([import('./host/assets.ts'), import('./host/real.ts')]);
  return {invocation, host: createRealHost(), assets: readAssets(), signal: new AbortController().signal};
}

/** The same story on a recorded machine: nothing of this one is looked at or changed. */
async function setRehearsal(invocation: Invocation, path: string): Promise<Scene> {
  const [{readRecording}, {createRecordedHost}, {settingsPath}, scene] = await Promise.all([
    import('./rehearsal/recording.ts'),
    import('./host/recorded.ts'),
    import('./stack/index.ts'),
    setScene(invocation),
  ]);
  const recording = await readRecording(path);
  const {settings} = recording.props;
  return {...scene, recording, host: createRecordedHost(settings === undefined ? {} : {[settingsPath]: settings})};
}

const stories = ['install', 'apply', 'attach', 'undo', 'uninstall'] as const;
type Story = (typeof stories)[number];

function isStory(command: Command): command is Story {
  return stories.some(story => story === command);
}

/** Tells a story to whoever is there. */
async function tell(invocation: Invocation, command: Story): Promise<number> {
  const {facts} = invocation;
  if (facts === undefined) demandRoot('change this host');
  if (command !== 'attach') demandSomebody(invocation);
  const ui = await openUi(invocation);
  const crash = Promise.withResolvers<never>();
  // What breaks after that adds nothing: the owner has been told.
  process.on('uncaughtException', crash.reject);
  try {
    // Behind the first screen, which does not wait for the story.
    const [{install}, {attach}, {undo, uninstall}] = await Promise.all([
      import('./commands/install.ts'),
      import('./commands/attach.ts'),
      import('./commands/undo.ts'),
    ]);
    const tellers = {install, apply: install, attach, undo, uninstall};
    const scene = await (facts === undefined ? setScene(invocation) : setRehearsal(invocation, facts));
    stopOptimizing();
    const exit = await Promise.race([tellers[command](scene, ui), crash.promise]);
    await ui.close();
    return exit;
  } catch (error) {
    await ui.tell([describeError(error)]);
    await ui.close();
    // What the story had begun may still be going on, such as following a run.
    return process.exit(exitFor(error));
  }
}

/** The first screen is there, and from now on the program mostly waits: compiled code would not earn back its time and its 10 MB. */
function stopOptimizing(): void {
  for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);
}

function demandRoot(purpose: string): void {
  if (process.getuid?.() === 0) return;
  throw new Problem({
    code: 'not-root',
    summary: `Only root may ${purpose}.`,
    remedy: 'Run it with sudo: sudo jitsi-onebox. (`jitsi-onebox plan` and `check DOMAIN` need no root.)',
  });
}

/** Defaults are never taken silently: either somebody can be asked, or he consented beforehand. */
function demandSomebody({yes, json, command}: Invocation): void {
  if (yes || (process.stdin.isTTY && !json)) return;
  const line = command === 'undo' || command === 'uninstall' ? command : 'apply --settings FILE';
  throw new Problem({
    code: 'no-terminal',
    summary: 'There is nobody to ask: standard input is no terminal, or the output is for a program.',
    remedy: `Say everything beforehand: jitsi-onebox ${line} --yes.`,
  });
}

async function openUi({yes, json, plain, facts}: Invocation): Promise<Ui> {
  const {stdin, stdout, stderr, env} = process;
  // Where nobody looks any more there is nothing to show; what was started goes on without this.
  for (const stream of [stdout, stderr]) stream.on('error', () => process.exit(exits.failed));
  if (json) return (await import('./plain/json.ts')).openJsonUi({stdout, stderr, yes});
  const isTerminal = stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb';
  const wantsLines = plain || env.INK_SCREEN_READER === 'true';
  if (wantsLines || !isTerminal) {
    const {openPlainUi} = await import('./plain/open.ts');
    return openPlainUi({stdin, stdout, stderr, yes, interactive: stdin.isTTY, isRehearsal: facts !== undefined});
  }
  const {drawCurtain} = await import('./tui/curtain.ts');
  const liftCurtain = drawCurtain({stdout, env});
  const {openTerminalUi} = await import('./tui/open.tsx');
  liftCurtain();
  const ui = openTerminalUi({stdin, stdout, isRehearsal: facts !== undefined});
  return yes ? consenting(ui) : ui;
}

/** The owner consented beforehand: he is shown a plan only where it cannot be carried out. */
function consenting(ui: Ui): Ui {
  return {...ui, review: async (plan, save) => (plan.problems.length > 0 ? ui.review(plan, save) : 'apply')};
}

try {
  process.exitCode = await main();
} catch (error) {
  const {renderProblem} = await import('./plain/render.ts');
  process.stderr.write(`${renderProblem(describeError(error))}\n`);
  process.exitCode = exitFor(error);
}
