import type {callGuest} from '../guest.ts';
import {findRemains, type Shell} from '../remains.ts';
import {judge} from './judge.ts';
import {directory, type Kill} from './kill.ts';

type Guest = ReturnType<typeof callGuest>;

const settings = 'domain: meet.example.test\ncontact: admin@example.test\nturn:\n  domain: turn.example.test\n';
const apply = ['jitsi-onebox', 'apply', '--yes', '--json', '--settings', '/root/meet.yaml'];
const most = 400;

/**
 * Installs once, while the worker is killed before, in the midst of and after every change in turn, and started again each
 * time, until there is nothing left to be killed at.
 */
export async function torture(guest: Guest): Promise<{readonly hits: number; readonly kills: number}> {
  const shell: Shell = async line => {
    const {exitCode, stdout, stderr} = await guest(['sh', '-c', line]);
    if (exitCode !== 0) throw new Error(`${line} exited with ${exitCode}: ${stderr}`);
    return stdout.trim();
  };
  await guest(['tee', '/root/meet.yaml'], {input: settings});
  let hits = 0;
  for (let kills = 0; kills < most; kills++) {
    const {exitCode, stdout, stderr} = await guest(apply);
    const kill = await readKill(shell, kills);
    if (!kill) {
      if (exitCode !== 0) throw new Error(`Run ${kills + 1} failed though nobody killed it:\n${stdout}\n${stderr}`);
      await demandGreen(guest, shell);
      return {hits, kills};
    }
    const fault = await judge(kill, shell);
    if (fault === undefined) hits++;
    console.log(
      `${String(kills + 1).padStart(4)}  ${kill.moment.padEnd(6)}  ${kill.change}${fault ? `  MISSED: ${fault}` : ''}`,
    );
  }
  throw new Error(`It does not end: ${most} kills, and still something to be killed at.`);
}

/** The kill after so many others, if there was one. */
async function readKill(shell: Shell, before: number): Promise<Kill | undefined> {
  const line = await shell(`sed -n ${before + 1}p ${directory}/kills.jsonl`);
  return line === '' ? undefined : JSON.parse(line);
}

async function demandGreen(guest: Guest, shell: Shell): Promise<void> {
  const {exitCode, stdout} = await guest(['jitsi-onebox', 'plan']);
  if (exitCode !== 0) throw new Error(`After all there is still something to do:\n${stdout}`);
  const remains = await findRemains(shell);
  if (remains !== '') throw new Error(`This was left behind:\n${remains}`);
}
