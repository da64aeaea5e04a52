import {readFile} from 'node:fs/promises';
import {text} from 'node:stream/consumers';
import {describeFact, type Facts, type NamedFact} from '../model/facts.ts';
import type {Machine} from '../model/machine.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft, SettingsText} from '../model/settings/draft.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import type {DetectedFact, Ui} from '../model/ui.ts';
import {parseRecording, type Recording} from '../rehearsal/machine.ts';
import {survey} from '../runs/survey.ts';
import {addFormerVariables, readFormerVariables, type Stack, settingsPath} from '../stack/index.ts';
import type {Assets} from '../stack/template.ts';
import type {Invocation} from './arguments.ts';
import type {KeptPlan} from './kept-plan.ts';
import {readNamed} from './named-file.ts';
import {notInstalled, notRoot} from './refusals.ts';

/** The context that every command gets. */
export type CommandContext = {
  readonly invocation: Invocation;
  readonly machine: Machine;
  readonly assets: Assets;
  readonly signal: AbortSignal;
  /** Edits the saved settings before they are used. */
  readonly edit?: ((saved: string) => string) | undefined;
  /** The plan to apply, with --plan. */
  readonly kept?: KeptPlan;
};

/** Prints one answer: text for people, or JSON for programs. */
export type Print = (text: string) => void;

/** Formats a value for programs. */
export const formatJson = (value: unknown) => JSON.stringify(value, undefined, 2);

/** Merges the settings from all sources: the saved ones, a file, the command line. */
export async function readDraft(context: CommandContext): Promise<Draft> {
  const {invocation, machine, assets, kept, edit} = context;
  if (kept) return gatherSettings({saved: {name: settingsPath, text: kept.settings}});
  const known = await machine.host.files.read(settingsPath).catch(explainDenial);
  const saved = known === undefined ? undefined : (edit?.(known) ?? known);
  const file = invocation.settings === undefined ? undefined : await readSettingsFile(invocation.settings);
  const draft = gatherSettings({
    flags: invocation.set,
    ...(saved !== undefined && {saved: {name: settingsPath, text: saved}}),
    ...(file !== undefined && {file}),
  });
  const {takeOver} = invocation;
  const directory = String(draft.values.get('stack.directory'));
  const former = await readFormerVariables(machine.host, {directory, takeOver, assets});
  return former ? addFormerVariables(draft, former) : draft;
}

function explainDenial(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
  throw notRoot(`read the settings of this server, ${settingsPath}`, process.argv.slice(2));
}

/** Merges the settings for a command that needs an installation. */
export async function readInstalledDraft(context: CommandContext): Promise<Draft> {
  const draft = await readDraft(context);
  if (draft.missing.length > 0) throw notInstalled();
  return draft;
}

async function readSettingsFile(path: string): Promise<SettingsText> {
  return path === '-'
    ? {name: 'standard input', text: await text(process.stdin)}
    : {name: path, text: await readNamed(path)};
}

/** Detects the facts, and shows them on the way if there is a Ui. */
export async function detectFacts({machine, signal}: CommandContext, draft: Draft, ui?: Ui): Promise<Facts> {
  const {detection, ports} = completeSettings(draft, {allowMissing: true});
  const sought = {stun: detection.stun, udpPorts: [ports.media, ports.stun]};
  const found: Partial<Record<string, NamedFact['fact']>> = {};
  async function* describe(): AsyncGenerator<DetectedFact> {
    for await (const {name, fact} of machine.detect(sought, signal)) {
      found[name] = fact;
      yield describeFact(name, fact as never);
    }
  }
  if (ui) await ui.look(describe());
  else for await (const _ of describe());
  return found as Facts;
}

/** Draws the stack for the machine a command works on. */
export function drawStackFor(context: CommandContext, draft: Draft, facts: Facts): Promise<Stack> {
  const {machine, assets, invocation, kept} = context;
  const {takeOver} = kept ?? invocation;
  return survey({host: machine.host, assets}, {draft, facts, takeOver, renew: invocation.renew});
}

/** Reads a recorded machine: its facts, and what lies next to them for a rehearsal. */
export async function readRecording(path: string): Promise<Recording> {
  const props = await readFile(path.replace(/\.json$/, '.rehearsal.yaml'), 'utf8').catch(() => '');
  return parseRecording(await readNamed(path), props);
}
