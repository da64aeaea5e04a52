import type {callGuest} from '../guest.ts';
import {findRemains, type Shell} from '../listing.ts';
import {judge} from './judge.ts';
import {aimPath, directory, type Kill, killsPath} from './killer.ts';

type Guest = ReturnType<typeof callGuest>;

/** Kills and how many of them hit what they were aimed at. */
export type Score = {readonly hits: number; readonly kills: number};

const settings = 'domain: meet.example.test\ncontact: admin@example.test\nturn:\n  domain: turn.example.test\n';
const apply = ['jitsi-onebox', 'apply', '--yes', '--json', '--settings', '/root/meet.yaml'];
const most = 500;
const planChanged = 3;

/** Installs once, while the worker is killed at every moment in turn and started again each time, until none is left. */
export async function torture(guest: Guest): Promise<Score> {
  const shell = await openShell(guest);
  let hits = 0;
  for (let kills = 0; kills < most; ) {
    const {exitCode, stdout, stderr} = await guest(apply);
    const kill = await readKill(shell, kills);
    if (!kill && exitCode !== planChanged) {
      if (exitCode !== 0) throw new Error(`Run ${kills + 1} failed though nobody killed it:\n${stdout}\n${stderr}`);
      await demandGreen(guest, shell);
      return {hits, kills};
    }
    if (!kill) continue;
    const fault = await judge(kill, shell);
    if (fault === undefined) hits++;
    console.log(describe(++kills, kill, fault));
  }
  throw new Error(`It does not end: ${most} kills, and still something to be killed at.`);
}

/** Installs in a fresh guest, is killed at the moment of this number alone, and goes on; undefined when there are not so many. */
export async function tortureOnce(guest: Guest, number: number): Promise<{kill: Kill; fault?: string} | undefined> {
  const shell = await openShell(guest);
  await shell(`mkdir -p ${directory} && echo ${number} >${aimPath}`);
  await guest(apply);
  const kill = await readKill(shell, 0);
  if (!kill) return undefined;
  const fault = await judge(kill, shell);
  await shell(`echo 0 >${aimPath}`);
  const {exitCode, stdout} = await guest(apply);
  if (exitCode !== 0) return {kill, fault: `the run after it exited with ${exitCode}: ${stdout.slice(-2000)}`};
  const ending = await demandGreen(guest, shell).then(() => fault, String);
  return {kill, ...(ending !== undefined && {fault: ending})};
}

/** A kill in a line, and what speaks against it. */
export function describe(number: number, {moment, change}: Kill, fault: string | undefined): string {
  return `${String(number).padStart(4)}  ${moment.padEnd(10)}  ${change}${fault ? `  MISSED: ${fault}` : ''}`;
}

async function openShell(guest: Guest): Promise<Shell> {
  await guest(['tee', '/root/meet.yaml'], {input: settings});
  return async line => {
    const {exitCode, stdout, stderr} = await guest(['sh', '-c', line]);
    if (exitCode !== 0) throw new Error(`${line} exited with ${exitCode}: ${stderr}`);
    return stdout.trim();
  };
}

/** The kill after so many others, if there was one. */
async function readKill(shell: Shell, before: number): Promise<Kill | undefined> {
  const line = await shell(`cat ${killsPath} 2>/dev/null | sed -n ${before + 1}p`);
  return line === '' ? undefined : JSON.parse(line);
}

async function demandGreen(guest: Guest, shell: Shell): Promise<void> {
  const {exitCode, stdout} = await guest(['jitsi-onebox', 'plan']);
  if (exitCode !== 0) throw new Error(`After all there is still something to do:\n${stdout}`);
  const remains = await findRemains(shell);
  if (remains !== '') throw new Error(`This was left behind:\n${remains}`);
}
