import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {spawn} from '@lydell/node-pty';
import {buildProgram} from './bundle.ts';

/** The measures of one run, by name and unit. */
type Sample = Readonly<Record<string, number>>;

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {without: {type: 'string', multiple: true, default: []}, watch: {type: 'boolean', default: false}},
});
const rounds = Number(positionals[0] ?? (values.watch ? 3 : 25));
const measure = values.watch ? measureWatching : measureStart;

const other = await mkdtemp(join(tmpdir(), 'jitsi-onebox-bench-'));
try {
  await prepare('dist');
  if (values.without.length > 0) await prepare(other, values.without);
  await compare();
} finally {
  await rm(other, {recursive: true, force: true});
}

/** Builds the program and starts it once, since install.sh also leaves a cache of compiled code. */
async function prepare(folder: string, without: readonly string[] = []): Promise<void> {
  await buildProgram(folder, {without});
  mkdirSync(`${folder}/cache`);
  const {status} = spawnSync(`${folder}/bin/jitsi-onebox`, ['self-test'], {stdio: ['ignore', 'ignore', 'inherit']});
  if (status !== 0) throw new Error(`The program in ${folder} does not pass its self-test.`);
}

/** Runs the programs in turns, which slows both alike on a busy machine, and prints what each took. */
async function compare(): Promise<void> {
  const [own, others]: [Sample[], Sample[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await measure('dist'));
    if (values.without.length > 0) others.push(await measure(other));
  }
  for (const name of Object.keys(own[0] ?? {})) {
    const column = own.map(sample => sample[name] ?? Number.NaN);
    const differences = others.map((sample, index) => (sample[name] ?? Number.NaN) - (column[index] ?? Number.NaN));
    const more = `without ${values.without.join(', ')}: ${median(differences).toFixed(0)} more`;
    const least = Math.min(...column).toFixed(0);
    const line = `${name.padEnd(16)} median ${median(column).toFixed(0)}, min ${least}`;
    console.log(others.length > 0 ? `${line}; ${more}` : line);
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** Starts the program in a terminal until it takes keys, and Node itself for comparison. */
async function measureStart(folder: string): Promise<Sample> {
  const start = performance.now();
  spawnSync(`${folder}/node`, ['-e', '0']);
  const floor = performance.now() - start;
  let frame: number | undefined;
  let sample: Sample | undefined;
  const output = await runProgram(folder, [], (shown, pid, ms) => {
    if (shown.includes('Looking around')) frame ??= ms;
    if (frame === undefined || !shown.includes('Ctrl-C')) return false;
    const costs = {'processor, ms': readProcessor(pid), 'memory, MB': readPeak(pid)};
    sample ??= {'node -e 0, ms': floor, 'first frame, ms': frame, 'takes keys, ms': ms, ...costs};
    return true;
  });
  if (sample === undefined) throw new Error(`The program ended before it took keys:\n${output}`);
  return sample;
}

/** Watches a whole installation on a recorded machine. */
async function measureWatching(folder: string): Promise<Sample> {
  const machine = ['--facts', 'test/machines/vm-behind-router.json'];
  const settings = ['domain=meet.example.org', 'contact=admin@example.org', 'turn.domain=turn.example.org'];
  const args = ['apply', '--yes', ...machine, ...settings.flatMap(setting => ['--set', setting])];
  let processor = 0;
  const output = await runProgram(folder, args, (_shown, pid) => {
    // The last lines may arrive after the process has ended.
    if (existsSync(`/proc/${pid}/task`)) processor = readProcessor(pid);
    return false;
  });
  return {'processor, ms': processor, 'written, bytes': Buffer.byteLength(output)};
}

type Look = (shown: string, pid: number, ms: number) => boolean;

/** Runs the program in a terminal of 80×24, until it ends or `look` has seen enough. Returns what it wrote. */
async function runProgram(folder: string, args: readonly string[], look: Look): Promise<string> {
  const {promise, resolve} = Promise.withResolvers<string>();
  const start = performance.now();
  const env = {...process.env, LANG: 'C.UTF-8'};
  const child = spawn(`${folder}/bin/jitsi-onebox`, [...args], {name: 'xterm-256color', cols: 80, rows: 24, env});
  let output = '';
  let isSeen = false;
  child.onData(data => {
    output += data;
    isSeen ||= look(output, child.pid, performance.now() - start);
    if (isSeen) child.kill('SIGKILL');
  });
  child.onExit(() => resolve(output));
  return promise;
}

/** Milliseconds that all threads of a process have spent on a processor. */
function readProcessor(pid: number): number {
  const threads = `/proc/${pid}/task`;
  const spent = readdirSync(threads).map(thread =>
    Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
}

function readPeak(pid: number): number {
  const [, kilobytes = 'NaN'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
