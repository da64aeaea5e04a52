import {parseArgs} from 'node:util';
import {callGuest} from './guest.ts';
import type {Lab} from './state.ts';

type Series = {readonly title: string; readonly argv: readonly string[]; readonly times: number};
type Proof = {readonly isGreen: boolean; readonly callMs: number | undefined; readonly said: string};

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
  faults.push(...(await proveCold(lab, prove, cold)));
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

type Prove = (argv: readonly string[]) => Promise<Proof>;

const createProof = (lab: Lab): Prove => {
  const call = callGuest(lab.guest);
  return async argv => {
    const {exitCode, stdout} = await call(['jitsi-onebox', ...argv]);
    const checks: readonly {code: string; ms: number}[] = stdout.startsWith('{"v"') ? [] : JSON.parse(stdout).checks;
    return {isGreen: exitCode === 0, callMs: checks.find(({code}) => code === 'conference')?.ms, said: stdout};
  };
};

async function repeat({title, argv, times}: Series, prove: Prove, limit: number): Promise<readonly string[]> {
  const proofs: Proof[] = [];
  while (proofs.length < times) proofs.push(await prove(argv));
  const green = proofs.filter(({isGreen}) => isGreen);
  const durations = proofs.flatMap(({callMs}) => callMs ?? []).toSorted((a, b) => a - b);
  const [median = 0, longest = 0] = [durations[Math.floor(durations.length / 2)], durations.at(-1)];
  const call = durations.length > 0 ? `, the call takes ${median} ms, at most ${longest} ms` : '';
  console.log(`${title}: ${green.length} of ${times} green${call}`);
  return [
    ...proofs.filter(({isGreen}) => !isGreen).map(({said}) => `${title} is not green: ${said}`),
    ...(median > limit ? [`${title}: half of the calls take longer than ${limit} ms`] : []),
  ];
}

/** Proves the first call of a bridge and a Jicofo that have just started. */
async function proveCold(lab: Lab, prove: Prove, limit: number): Promise<readonly string[]> {
  const restart = "docker restart $(docker ps --format '{{.Names}}' | grep -E 'jicofo|videobridge')";
  await callGuest(lab.guest)(['sh', '-c', restart]);
  for (let tries = 0; tries < coldTries; tries++) {
    const {isGreen, callMs = 0} = await prove(['doctor', '--json']);
    if (!isGreen) continue;
    console.log(`cold: the first call takes ${callMs} ms`);
    return callMs > limit ? [`the first call takes longer than ${limit} ms`] : [];
  }
  return ['there is no green proof after a restart of Jicofo and the bridge'];
}
