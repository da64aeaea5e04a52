import {expect} from 'vitest';
import type {CheckResult} from '../../src/model/check.ts';
import type {Look} from '../../src/model/plan.ts';
import {ask, settingsFile} from './lab.ts';

/** A fault of the museum: the command that makes it, the one that takes it away, and the code that has to name it. */
export type Exhibit = {
  readonly title: string;
  readonly code: string;
  readonly on?: string;
  readonly off?: string;
  /** A fault of the lab instead of a command. */
  readonly fault?: string;
  /** Settings that meet the fault. */
  readonly set?: readonly string[];
  /** Words of the remedy. */
  readonly remedy: RegExp;
  /** Whether it takes long, and another test shows the same in CI. */
  readonly isSlow?: true;
};

export type Named = {readonly code: string; readonly remedy: string};

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
  return bad.map(({code, remedy = ''}) => ({code, remedy}));
}

/** Demands that a fault is named, with its remedy, and with at most one further finding. */
export function demandNamed({code, remedy}: Exhibit, found: readonly Named[]): void {
  const said = JSON.stringify(found);
  const own = found.filter(each => each.code === code);
  expect(own.length, said).toBeGreaterThan(0);
  expect(
    own.some(each => remedy.test(each.remedy)),
    said,
  ).toBe(true);
  const further = new Set(found.map(each => (drift.includes(each.code) ? 'drift' : each.code)));
  further.delete(code);
  expect([...further].length, said).toBeLessThanOrEqual(1);
}
