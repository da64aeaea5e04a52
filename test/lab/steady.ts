import {parseArgs} from 'node:util';
import {callGuest} from './guest.ts';
import type {Lab} from './state.ts';

type Series = {readonly title: string; readonly argv: readonly string[]; readonly times: number};
/** What one proof says; without a call where it is not known how long it took. */
export type Proof = {
  readonly exitCode: number;
  readonly call?: {readonly state: string; readonly ms: number} | undefined;
  readonly said: string;
};
type Prove = (argv: readonly string[]) => Promise<Proof>;

/** The exit status where nothing failed, and something is still starting. */
const starting = 75;
// In milliseconds, for a machine that does nothing else. Tests share theirs, so their short form gets three times as long.
const limits = {warm: 3000, cold: 10_000};
const shared = {warm: 9000, cold: 30_000};
const coldTries = 30;

/** Proves again and again that an untouched installation is whole; one failure is too many. `--quick` is a short form. */
export async function proveSteady(lab: Lab, args: string[]): Promise<void> {
  const {quick} = parseArgs({args, options: {quick: {type: 'boolean'}}}).values;
  const [checks, applies] = quick ? [4, 1] : [100, 20];
  const {warm, cold} = quick ? shared : limits;
  const prove = createProof(lab);
  const faults: string[] = [];
  const series: readonly Series[] = [
    {title: 'doctor', argv: ['doctor', '--json'], times: checks},
    {title: 'status', argv: ['status', '--json'], times: checks},
    {title: 'apply', argv: ['apply', '--yes', '--json'], times: applies},
  ];
  for (const each of series) faults.push(...(await repeat(each, prove, warm)));
  await callGuest(lab.guest)(['sh', '-c', restart]);
  faults.push(...(await proveCold(prove, cold)));
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

const restart = "docker restart $(docker ps --format '{{.Names}}' | grep -E 'jicofo|videobridge')";

const createProof = (lab: Lab): Prove => {
  const guest = callGuest(lab.guest);
  return async argv => {
    const {exitCode, stdout} = await guest(['jitsi-onebox', ...argv]);
    const checks: readonly {code: string; state: string; ms: number}[] = stdout.startsWith('{"v"')
      ? []
      : JSON.parse(stdout).checks;
    return {exitCode, call: checks.find(({code}) => code === 'conference'), said: stdout};
  };
};

/** Proves the same several times: every proof has to be green, and every call quick enough. */
export async function repeat({title, argv, times}: Series, prove: Prove, limit: number): Promise<readonly string[]> {
  const proofs: Proof[] = [];
  while (proofs.length < times) proofs.push(await prove(argv));
  const bad = proofs.filter(({exitCode}) => exitCode !== 0);
  const durations = proofs.flatMap(({call}) => call?.ms ?? []).toSorted((a, b) => a - b);
  const [median = 0, longest = 0] = [durations[Math.floor(durations.length / 2)], durations.at(-1)];
  const call = durations.length > 0 ? `, the call takes ${median} ms, at most ${longest} ms` : '';
  console.log(`${title}: ${times - bad.length} of ${times} green${call}`);
  const slow = durations.filter(ms => ms > limit);
  return [
    ...bad.map(({said}) => `${title} is not green: ${said}`),
    ...(slow.length > 0 ? [`${title}: calls longer than ${limit} ms: ${slow.join(', ')}`] : []),
  ];
}

/** Proves the first call of a bridge and a Jicofo that have just started. Until then a check may be starting, and none may fail. */
export async function proveCold(prove: Prove, limit: number): Promise<readonly string[]> {
  for (let tries = 0; tries < coldTries; tries++) {
    const {exitCode, call, said} = await prove(['doctor', '--json']);
    if (exitCode !== 0 && exitCode !== starting) return [`there is a false alarm after a restart: ${said}`];
    if (call?.state !== 'ok') continue;
    console.log(`cold: the first call takes ${call.ms} ms`);
    return call.ms > limit ? [`the first call takes longer than ${limit} ms`] : [];
  }
  return ['there is no call after a restart of Jicofo and the bridge'];
}
