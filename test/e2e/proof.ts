import {expect} from 'vitest';
import type {CheckResult} from '../../src/model/check.ts';
import {startLimit} from '../../src/stack/checks/starting.ts';
import {ask, type Room} from './lab.ts';

export type Proof = {
  readonly exitCode: number;
  readonly checks: readonly CheckResult[];
  /** Returns the codes of the checks with these states. */
  readonly codes: (...states: readonly CheckResult['state'][]) => readonly string[];
};

/** The program of this checkout, for rooms where nothing is installed. */
export const program = new URL('../../dist/bin/jitsi-onebox', import.meta.url).pathname;

/** Runs `status` in the guest and returns its findings. */
export function status(): Promise<Proof> {
  return prove('guest', ['jitsi-onebox', 'status', '--json']);
}

/** The same as a service of the guest, which sees the guest's limits of processors and memory as a run does. */
export const statusOfService = () =>
  prove('guest', 'systemd-run --quiet --wait --pipe --collect jitsi-onebox status --json'.split(' '));

/** The same as if after the limit of a start: what may take until then has failed. */
export const statusInTime = () => statusAfter(startLimit / 1000);

/** The same as if later, in seconds. */
export const statusAfter = (seconds: number) => prove('guest', later(seconds, 'status --json'));

/** Returns a command of the program as if later, in seconds. */
export function later(seconds: number, words: string): readonly string[] {
  // Past the launcher, which lets nobody change the Node of the program.
  const clock = `data:text/javascript,const{now}=Date;Date.now=()=>now()+${seconds * 1000}`;
  const line = `file=$(readlink -f "$(command -v jitsi-onebox)") && root=\${file%/bin/*}
    "$root/node" --use-system-ca '--import=${clock}' "$root/lib/main.mjs" ${words}`;
  return ['sh', '-c', line];
}

/** Runs `check` elsewhere, without an installation, and returns its findings. */
export function checkFrom(room: Room): Promise<Proof> {
  return prove(room, [program, 'check', 'meet.example.test', '--json']);
}

async function prove(room: Room, argv: readonly string[]): Promise<Proof> {
  const {exitCode, stdout, all} = await ask(room, argv);
  expect(stdout, all).toMatch(/^\{/);
  const {checks}: {checks: readonly CheckResult[]} = JSON.parse(stdout);
  const codes: Proof['codes'] = (...states) => checks.filter(each => states.includes(each.state)).map(({code}) => code);
  return {exitCode, checks, codes};
}

/** Runs a task while the router has no hairpin NAT. */
export async function withoutHairpin<T>(task: () => Promise<T>): Promise<T> {
  const chain = ['ip', 'router', 'hairpin'];
  await ask('router', ['nft', 'flush', 'chain', ...chain]);
  try {
    return await task();
  } finally {
    await ask('router', ['nft', 'add', 'rule', ...chain, 'ip', 'daddr', '198.51.100.10', 'jump', 'forwards']);
  }
}
