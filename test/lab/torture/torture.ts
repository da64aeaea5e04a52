import type {callGuest} from '../guest.ts';
import type {Shell} from '../listing.ts';
import {judge} from './judge.ts';
import {aimPath, directory, type Kill, killsPath} from './killer.ts';
import type {Ordeal} from './ordeals.ts';

type Guest = ReturnType<typeof callGuest>;

/** Kills and how many of them hit what they were aimed at. */
export type Score = {readonly hits: number; readonly kills: number};

/** A guest with the killing build of the program, and what it is to do. */
export type Victim = {readonly guest: Guest; readonly shell: Shell; readonly ordeal: Ordeal};

const most = 500;
const planChanged = 3;

/** Does the work once, while the worker is killed at every moment in turn and started again each time, until none is left. */
export async function torture({guest, shell, ordeal}: Victim): Promise<Score> {
  let hits = 0;
  for (let kills = 0; kills < most; ) {
    const {exitCode, stdout, stderr} = await guest(ordeal.command);
    const kill = await readKill(shell, kills);
    if (!kill && exitCode !== planChanged) {
      if (exitCode !== 0) throw new Error(`Run ${kills + 1} failed though nobody killed it:\n${stdout}\n${stderr}`);
      await ordeal.demandDone(shell);
      return {hits, kills};
    }
    if (!kill) continue;
    const fault = await judge(kill, shell);
    if (fault === undefined) hits++;
    console.log(describe(++kills, kill, fault));
  }
  throw new Error(`It does not end: ${most} kills, and still something to be killed at.`);
}

/** Begins the work, is killed at the moment of this number alone, and does the rest; undefined when there are not so many. */
export async function tortureOnce(
  {guest, shell, ordeal}: Victim,
  number: number,
): Promise<{kill: Kill; fault?: string} | undefined> {
  await shell(`mkdir -p ${directory} && echo ${number} >${aimPath}`);
  await guest(ordeal.command);
  const kill = await readKill(shell, 0);
  if (!kill) return undefined;
  const fault = await judge(kill, shell);
  await shell(`echo 0 >${aimPath}`);
  const {exitCode, stdout} = await guest(ordeal.command);
  if (exitCode !== 0) return {kill, fault: `the run after it exited with ${exitCode}: ${stdout.slice(-2000)}`};
  const ending = await ordeal.demandDone(shell).then(() => fault, String);
  return {kill, ...(ending !== undefined && {fault: ending})};
}

/** Describes a kill in a line, and what speaks against it. */
export function describe(number: number, {moment, change}: Kill, fault: string | undefined): string {
  return `${String(number).padStart(4)}  ${moment.padEnd(10)}  ${change}${fault ? `  MISSED: ${fault}` : ''}`;
}

/** The kill after so many others, if there was one. */
async function readKill(shell: Shell, before: number): Promise<Kill | undefined> {
  const line = await shell(`cat ${killsPath} 2>/dev/null | sed -n ${before + 1}p`);
  return line === '' ? undefined : JSON.parse(line);
}
