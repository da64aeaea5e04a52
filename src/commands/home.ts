import {setTimeout as sleep} from 'node:timers/promises';
import type {Event} from '../model/event.ts';
import {version} from '../model/program.ts';
import {advance, noRun, type Run} from '../model/run.ts';
import type {Attendance, Home, Purpose, Ui, Way} from '../model/ui.ts';
import {makeVisible} from '../model/visible.ts';
import {countOutcomes} from '../model/words.ts';
import {describeAddress, describeMeetings, describeNotice, findMeetings, type Stack} from '../stack/index.ts';
import {backUp} from './backup.ts';
import {type CommandContext, detectFacts, drawStackFor, readDraft} from './context.ts';
import {findOutlook} from './outlook.ts';

/** Shows the home screen of an installation; returns what the user wants to do. */
export async function openHome(context: CommandContext, ui: Ui, stack: Stack): Promise<Purpose> {
  const {machine, signal} = context;
  const {blueprint, map, checks} = stack;
  const {title} = blueprint.branding.settings;
  const {name: project, directory} = blueprint.project;
  const last = (await machine.openLatestRun())?.record;
  const news =
    (await describeAddress(machine.host, blueprint.project.directory)) ?? (await describeNotice(machine.host));
  const log = () => last?.follow(signal) ?? nothing();
  ui.showMap(map);
  return ui.home({
    address: `https://${blueprint.domain}/`,
    ...(title !== undefined && {title: shorten(title)}),
    versions: `jitsi-onebox ${version}, Jitsi ${blueprint.images.tag}`,
    hasNoRun: last === undefined,
    lastRun: last ? summarizeRun(await fold(log())) : 'none is known',
    ...(news !== undefined && {update: news}),
    ways: listWays(context, stack, {hasRun: last !== undefined}),
    outlook: async () => (machine.isRecorded ? [] : findOutlook(machine.host)),
    ...(machine.isRecorded && {unmeasured: 'A recorded machine is not measured.'}),
    load: leaving => machine.watchLoad({project, directory}, AbortSignal.any([signal, leaving])),
    meetings: leaving => watchMeetings(context, stack, AbortSignal.any([signal, leaving])),
    check: repeatChecks(context, checks),
    log,
  });
}

/** Lists what can be done. A recorded machine has no commands but `change`. */
function listWays({machine}: CommandContext, stack: Stack, {hasRun}: {readonly hasRun: boolean}): readonly Way[] {
  if (machine.isRecorded) return hasRun ? ['undo'] : [];
  return [
    'logs',
    ...(hasAccounts(stack) ? (['people'] as const) : []),
    'sites',
    'update',
    'backup',
    ...(hasRun ? (['undo'] as const) : []),
    'uninstall',
  ];
}

/** Runs checks; when the user looks again, with the addresses, settings and sites of that moment. */
function repeatChecks(context: CommandContext, first: Stack['checks']): Home['check'] {
  const {machine, signal} = context;
  let known: Stack['checks'] | undefined = first;
  return async function* check(leaving) {
    const checks = known ?? (await drawChecks(context));
    known = undefined;
    yield* machine.check(checks, AbortSignal.any([signal, leaving]));
  };
}

async function drawChecks(context: CommandContext): Promise<Stack['checks']> {
  const draft = await readDraft(context);
  return (await drawStackFor(context, draft, await detectFacts(context, draft))).checks;
}

const hasAccounts = ({blueprint: {people}}: Stack) => people.rooms !== 'anyone' && !people.tokens;

const shorten = (text: string) => (text.length > 100 ? `${[...text].slice(0, 100).join('')}…` : text);

/** Milliseconds between two questions to Jicofo: each starts two programs. */
const apart = 15_000;

async function* watchMeetings({machine}: CommandContext, {blueprint}: Stack, signal: AbortSignal) {
  const recorded: Attendance = {participants: undefined, text: 'A recorded machine has no meetings.'};
  if (machine.isRecorded) yield recorded;
  while (!machine.isRecorded && !signal.aborted) {
    const meetings = await findMeetings(machine.host, blueprint).catch(() => undefined);
    const isEmpty = meetings?.count === 0;
    const attendance: Attendance = {
      participants: meetings?.participants,
      text: isEmpty ? 'Nobody is in a meeting now.' : `${describeMeetings(meetings)}.`,
    };
    yield attendance;
    await sleep(apart, undefined, {signal}).catch(() => undefined);
  }
}

/** Makes a backup with a name of its own. It asks for the passphrase, which no screen has seen. */
export async function backUpFromHome(context: CommandContext, ui: Ui): Promise<number> {
  await ui.close();
  const moment = new Date(context.machine.host.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const file = `/root/jitsi-onebox-${moment}Z.backup`;
  const print = (text: string) => void process.stdout.write(`${makeVisible(text)}\n`);
  print(`Backup into ${file}. Choose a passphrase: it encrypts the file.`);
  return backUp({...context, invocation: {...context.invocation, backup: {file, verifies: false}}}, print);
}

async function* nothing(): AsyncGenerator<Event> {}

async function fold(events: AsyncIterable<Event>): Promise<Run> {
  let run = noRun;
  for await (const event of events) run = advance(run, event);
  return run;
}

function summarizeRun(run: Run): string {
  const {started, outcome} = run;
  const day = started === undefined ? '' : `${new Date(started).toISOString().slice(0, 16).replace('T', ' ')} UTC, `;
  return `${day}${outcome ?? 'ended unexpectedly'}: ${countOutcomes(run) || 'nothing to do'}`;
}
