import type {Host} from '../model/host.ts';
import {describeError, Problem, type ProblemReport} from '../model/problem.ts';
import {present, type Snapshot} from '../model/snapshot.ts';
import {quiet, simulateApt} from './apt.ts';

/** What an installation would take from others. */
export type Losses = {
  readonly removals: readonly string[];
  readonly downgrades: readonly string[];
  /** Those of the removals that no source has, so that nobody can install them again. */
  readonly lost: readonly string[];
};

export const noLosses: Losses = {removals: [], downgrades: [], lost: []};

/** Finds what apt would remove or downgrade; nothing where it cannot say. */
export async function findLosses(host: Host, args: readonly string[]): Promise<Losses> {
  const {actions, downgrades} = await simulateApt(host, args);
  const removals = actions.filter(({verb}) => verb !== 'Inst').map(({name}) => name);
  return {removals, downgrades, lost: removals.length === 0 ? [] : await findLost(host, removals)};
}

/** Finds packages that came from no source; apt knows their own entry in dpkg's list only. */
export async function findLost(host: Host, packages: readonly string[]): Promise<readonly string[]> {
  const {stdout} = await host.query({argv: ['apt-cache', 'policy', ...packages], env: {...quiet, LC_ALL: 'C'}});
  const paragraphs = new Map(stdout.split(/^(?=\S+:$)/m).map(text => [text.split(':\n')[0], text]));
  return packages.filter(name => {
    const sources = [...(paragraphs.get(name) ?? '').matchAll(/^ {6,10}-?\d+ (.*)$/gm)].map(
      ([, source = '']) => source,
    );
    return sources.every(source => source.startsWith('/var/lib/dpkg/status'));
  });
}

/** Refuses losses without a consent that names each package. */
export function requireConsent(
  missing: readonly string[],
  {removals, downgrades}: Losses,
  consent: readonly string[],
): void {
  const open = [...removals, ...downgrades].filter(name => !consent.includes(name));
  if (open.length === 0) return;
  const removed = open.filter(name => removals.includes(name));
  const lowered = open.filter(name => downgrades.includes(name));
  const what = [
    ...(removed.length > 0 ? [`remove ${removed.join(', ')}`] : []),
    ...(lowered.length > 0 ? [`downgrade ${lowered.join(', ')}`] : []),
  ].join(' and ');
  throw new Problem({
    code: 'packages-conflict',
    summary: `To install ${missing.join(', ')}, apt would ${what}.`,
    why: 'They exclude each other, and something on this host may need what would be removed.',
    remedy: `jitsi-onebox removes no package of yours without your consent. If nothing needs them, use --take-over ${open.join(',')}; else use another machine.`,
  });
}

/** Warns of losses that the user consented to. */
export function warnOfLosses({removals, downgrades, lost}: Losses): ProblemReport | undefined {
  if (removals.length + downgrades.length === 0) return undefined;
  const again = removals.filter(name => !lost.includes(name));
  const facts = [
    ...(again.length > 0 ? [`An undo installs ${again.join(', ')} again.`] : []),
    ...(lost.length > 0 ? [`No source of apt has ${lost.join(', ')}, so an undo cannot bring it back.`] : []),
    ...(downgrades.length > 0 ? [`An undo does not upgrade ${downgrades.join(', ')} again.`] : []),
  ];
  return describeError(
    new Problem({
      code: 'packages-removed',
      summary: `Packages of yours are taken over: ${[...removals, ...downgrades].join(', ')}.`,
      why: facts.join(' '),
      remedy: 'Nothing, if nothing on this host needs them.',
    }),
  );
}

/** The value of a snapshot of a package that an installation took away. */
const taken = 'taken away';

/** Records packages that are about to be removed for others; a return removes ours, which the undo of it needs first. */
export const snapshotRemoved = (names: readonly string[], isReturn: boolean): readonly Snapshot[] =>
  names.map(name => ({thing: 'package', name, place: 'host', was: isReturn ? present : {type: 'value', value: taken}}));

/** Returns whether an installation took a package away: it excludes what was installed, so it returns last. */
export const wasTaken = ({was}: Snapshot) => was.type === 'value' && was.value === taken;
