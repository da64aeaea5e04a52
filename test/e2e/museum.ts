import {expect} from 'vitest';
import type {CheckResult} from '../../src/model/check.ts';
import type {Look} from '../../src/model/plan.ts';
import {ask, eventually, guest, lab, settingsFile} from './lab.ts';

/** A command line in the guest, or something else to do. */
export type Deed = string | (() => Promise<unknown>);

/** A fault of the museum: what makes it, what takes it away, and the code that has to name it. */
export type Exhibit = {
  readonly title: string;
  readonly code: string;
  readonly on?: Deed;
  readonly off?: Deed;
  /** A fault of the lab. */
  readonly fault?: string;
  /** A kind of router. */
  readonly router?: string;
  /** Settings that meet the fault. */
  readonly set?: readonly string[];
  /** Words of the summary, where the code alone does not say which one it is. */
  readonly says?: RegExp;
  /** Words of the remedy. */
  readonly remedy: RegExp;
  /** How long it may take until the fault shows, in seconds. */
  readonly patience?: number;
  /** Whether it takes long, so that only TEST_ALL shows it here. */
  readonly isSlow?: true;
};

export type Named = {readonly code: string; readonly summary: string; readonly remedy: string};

// The kernel of the lab has small buffers, which it cannot change.
const known = ['udp-buffers'];
/** What an apply would change is one finding, however it shows. */
const drift = ['managed-files', 'pending-changes'];

/** Lists what is found before an installation. */
export async function lookBefore(set: readonly string[] = []): Promise<readonly Named[]> {
  const options = set.flatMap(each => ['--set', each]);
  const argv = ['jitsi-onebox', 'doctor', '--before', '--json', '--settings', settingsFile, ...options];
  const {stdout, all} = await ask('guest', argv);
  expect(stdout, all).toMatch(/^\{/);
  const {looks}: {looks: readonly Look[]} = JSON.parse(stdout);
  expect(looks.length).toBeGreaterThan(40);
  return looks.flatMap(({findings}) => findings);
}

/** Lists what is found after an installation: causes, and not what could not be tried because of them. */
export async function lookAfter(): Promise<readonly Named[]> {
  const {stdout, all} = await ask('guest', ['jitsi-onebox', 'doctor', '--json']);
  expect(stdout, all).toMatch(/^\{/);
  const {checks}: {checks: readonly CheckResult[]} = JSON.parse(stdout);
  expect(checks.length).toBeGreaterThan(50);
  const bad = checks.filter(({state, code}) => /failed|warning/.test(state) && !known.includes(code));
  return bad.map(({code, summary, remedy = ''}) => ({code, summary, remedy}));
}

const shown: string[] = [];
const named: string[] = [];

/** Shows a fault, and demands that it is named while it lasts. */
export async function show(
  exhibit: Exhibit,
  look: (set?: readonly string[]) => Promise<readonly Named[]>,
): Promise<void> {
  const {title, fault, router, on, off, set, patience = 60} = exhibit;
  shown.push(title);
  try {
    if (fault !== undefined) await lab('fault', fault, 'on');
    if (router !== undefined) await lab('nat', router);
    if (on !== undefined) await act(on);
    await eventually(patience, async () => demandNamed(exhibit, await look(set)));
    named.push(title);
  } finally {
    if (off !== undefined) await act(off);
    if (router !== undefined) await lab('nat', 'port-restricted');
    if (fault !== undefined) await lab('fault', fault, 'off');
  }
}

const act = (deed: Deed) => (typeof deed === 'string' ? guest(deed) : deed());

/** Says how many faults were shown, and how many of them were named by their own code. */
export const countNamed = () => ({shown: shown.length, named: named.length});

/** Demands that a fault is named, with its remedy, and with at most one further finding. */
function demandNamed({code, says = /./, remedy}: Exhibit, found: readonly Named[]): void {
  const said = JSON.stringify(found);
  const own = found.filter(each => each.code === code);
  expect(own.length, said).toBeGreaterThan(0);
  expect(
    own.some(each => says.test(each.summary) && remedy.test(each.remedy)),
    said,
  ).toBe(true);
  const further = new Set(found.map(each => (drift.includes(each.code) ? 'drift' : each.code)));
  further.delete(code);
  expect([...further].length, said).toBeLessThanOrEqual(1);
}
