import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Invocation} from '../commands/arguments.ts';
import {makePlan} from '../engine/plan.ts';
import {detectFacts} from '../host/facts/detect.ts';
import {createReadOnlyHost} from '../host/read-only.ts';
import {describeFact, type Facts, type NamedFact} from '../model/facts.ts';
import type {Host} from '../model/host.ts';
import type {Plan} from '../model/plan.ts';
import {describeError} from '../model/problem.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft, SettingsText} from '../model/settings/draft.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {DetectedFact} from '../model/ui.ts';
import {findPublicAddress} from '../network/public-address.ts';
import {askRouterAddress} from '../network/router-address.ts';
import {readNamed} from '../rehearsal/read-named.ts';
import {type Recording, readRecording} from '../rehearsal/recording.ts';
import type {Assets} from '../stack/assets.ts';
import {
  completePasswords,
  drawStack,
  findMeetings,
  readInUse,
  type Stack,
  settingsPath,
  warnOfInterruption,
} from '../stack/index.ts';

/** What every command works with. */
export type Scene = {
  readonly invocation: Invocation;
  readonly host: Host;
  readonly assets: Assets;
  readonly signal: AbortSignal;
  /** The recorded machine that takes this one's place: the story is only rehearsed. */
  readonly recording?: Recording;
};

/** The settings as all their sources say them: the saved ones, a file, the command line. */
export async function readDraft({invocation, host}: Scene): Promise<Draft> {
  const saved = await host.files.read(settingsPath);
  const file = invocation.settings === undefined ? undefined : await readSettingsFile(invocation.settings);
  return gatherSettings({
    flags: invocation.set,
    ...(saved !== undefined && {saved: {name: settingsPath, text: saved}}),
    ...(file !== undefined && {file}),
  });
}

async function readSettingsFile(path: string): Promise<SettingsText> {
  if (path === '-') return {name: 'standard input', text: await text(process.stdin)};
  return {name: path, text: await readNamed(path)};
}

/** Finds out about the machine, telling each thing as it is found; recorded facts take its place where the owner gave some. */
export function look(
  {invocation, host, signal, recording}: Scene,
  draft: Draft,
): {readonly detected: AsyncIterable<DetectedFact>; readonly facts: Promise<Facts>} {
  const {promise: facts, resolve, reject} = Promise.withResolvers<Facts>();
  facts.catch(() => undefined);
  const stun = completeSettings(draft, {allowMissing: true}).detection.stun;
  const probes = {
    publicAddress: (stop: AbortSignal) => findPublicAddress({stun, signal: stop}),
    routerAddress: askRouterAddress,
  };
  async function* tell() {
    const found: Partial<Record<string, NamedFact['fact']>> = {};
    try {
      const recorded = recording ?? (invocation.facts && (await readRecording(invocation.facts)));
      const named = recorded ? recall(recorded, recording ? 50 : 0) : detectFacts({host, probes, signal});
      for await (const {name, fact} of named) {
        found[name] = fact;
        yield describeFact(name, fact as never);
      }
      resolve(found as Facts);
    } catch (error) {
      reject(error);
      throw error;
    }
  }
  return {detected: tell(), facts};
}

/** Somebody who watches is told a recording one fact after the other, as a machine tells them. */
async function* recall({facts}: Recording, pause: number): AsyncGenerator<NamedFact> {
  for (const [name, fact] of Object.entries(facts)) {
    if (pause > 0) await sleep(pause);
    yield {name, fact} as NamedFact;
  }
}

/** Looks without anybody watching. */
export async function lookQuietly(scene: Scene, draft: Draft): Promise<Facts> {
  const {detected, facts} = look(scene, draft);
  for await (const _ of detected);
  return facts;
}

/** Everything that follows from settings and facts on this machine. */
export async function survey({invocation, host, assets}: Scene, draft: Draft, facts: Facts): Promise<Stack> {
  const settings = completeSettings(draft);
  const {directory} = settings.stack;
  const [inUse, env] = await Promise.all([readInUse(host, directory), readPasswords(host, `${directory}/.env`)]);
  const passwords = completePasswords(env);
  return drawStack({
    settings,
    document: writeSettings(draft),
    facts,
    inUse,
    passwords,
    assets,
    takeOver: invocation.takeOver,
  });
}

/** Without root nobody may read them; then the plan lists the files that hold them as unknown. */
async function readPasswords(host: Host, path: string): Promise<string | undefined> {
  return host.files.read(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  });
}

/** Compares the machine with the stack; nothing is changed, and the host that it gets could not. */
export async function planStack(host: Host, {blueprint, resources, problems, warnings}: Stack): Promise<Plan> {
  const looking = createReadOnlyHost(host);
  const plan = await makePlan({resources, host: looking, problems: problems.map(describeError)});
  const interruption = await warnOfInterruption(plan.changes, () => findMeetings(looking, blueprint));
  return {...plan, warnings: [...(interruption ? [interruption] : []), ...warnings].map(describeError)};
}
