import type {Event} from '../model/event.ts';
import {version} from '../model/program.ts';
import {advance, noRun, type Run} from '../model/run.ts';
import type {Home, Purpose, Ui} from '../model/ui.ts';
import {countOutcomes} from '../model/words.ts';
import {describeNotice, type Stack} from '../stack/index.ts';
import {type CommandContext, detectFacts, drawStackFor, readDraft} from './context.ts';

/** Shows the home screen of an installation; returns what the user wants to do. */
export async function openHome(context: CommandContext, ui: Ui, stack: Stack): Promise<Purpose> {
  const {machine, signal} = context;
  const {blueprint, map, checks} = stack;
  const {title} = blueprint.branding.settings;
  const last = (await machine.openLatestRun())?.record;
  const news = await describeNotice(machine.host);
  const log = () => last?.follow(signal) ?? nothing();
  ui.showMap(map);
  return ui.home({
    address: `https://${blueprint.domain}/`,
    ...(title !== undefined && {title: shorten(title)}),
    versions: `jitsi-onebox ${version}, Jitsi ${blueprint.images.tag}`,
    lastRun: last ? summarizeRun(await fold(log())) : 'none is known',
    ...(news !== undefined && {update: news}),
    ways: [
      ...(last ? (['undo'] as const) : []),
      ...(machine.canUninstall ? (['uninstall'] as const) : []),
      ...(hasAccounts(stack) && machine.canUninstall ? (['people'] as const) : []),
    ],
    check: repeatChecks(context, checks),
    log,
  });
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
