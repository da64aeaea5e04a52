import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {spawn} from '@lydell/node-pty';

const program = new URL('../dist/bin/jitsi-onebox', import.meta.url).pathname;
const node = new URL('../dist/node', import.meta.url).pathname;
const rounds = Number(process.argv[2] ?? 25);

/** How long Node takes to do nothing, the program to show something, and to show a screen that takes keys; with its memory then. */
type Sample = {readonly floor: number; readonly frame: number; readonly keys: number; readonly megabytes: number};

const samples: Sample[] = [];
// One after the other in turns, so that a busy machine slows both alike.
for (let round = 0; round < rounds; round += 1) samples.push({floor: startNode(), ...(await startProgram())});

const floor = summarize('node -e 0', 'floor', 'ms');
const frame = summarize('first frame', 'frame', 'ms');
const keys = summarize('takes keys', 'keys', 'ms');
summarize('memory then', 'megabytes', 'MB');
compare('first frame', frame);
compare('takes keys', keys);

function startNode(): number {
  const start = performance.now();
  spawnSync(node, ['-e', '0']);
  return performance.now() - start;
}

/** Runs the program in a terminal until its first screen is drawn, and ends it. */
async function startProgram(): Promise<Omit<Sample, 'floor'>> {
  const {promise, resolve, reject} = Promise.withResolvers<Omit<Sample, 'floor'>>();
  const start = performance.now();
  const env = {...process.env, LANG: 'C.UTF-8'};
  const child = spawn(program, [], {name: 'xterm-256color', cols: 80, rows: 24, env});
  let output = '';
  let frame: number | undefined;
  let drawn: Omit<Sample, 'floor'> | undefined;
  child.onData(data => {
    output += data;
    if (output.includes('Looking around')) frame ??= performance.now() - start;
    if (drawn !== undefined || frame === undefined || !output.includes('Ctrl-C')) return;
    drawn = {frame, keys: performance.now() - start, megabytes: readPeak(child.pid)};
    child.kill('SIGKILL');
  });
  child.onExit(() => (drawn ? resolve(drawn) : reject(new Error(`The program ended before it drew:\n${output}`))));
  return promise;
}

function readPeak(pid: number): number {
  const [, kilobytes = 'NaN'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Prints how many times longer that took than Node itself. */
function compare(title: string, time: typeof floor): void {
  const [byMedians, byLeast] = [time.median / floor.median, time.least / floor.least];
  console.log(
    `${title} / node -e 0: ${byMedians.toFixed(2)} by medians, ${byLeast.toFixed(2)} by the quickest (n = ${rounds})`,
  );
}

/** Prints one column of the samples. */
function summarize(title: string, column: keyof Sample, unit: string): {median: number; least: number} {
  const values = samples.map(sample => sample[column]).toSorted((a, b) => a - b);
  const [least = Number.NaN] = values;
  const median = values[values.length >> 1] ?? Number.NaN;
  console.log(`${title.padEnd(12)} median ${median.toFixed(0)} ${unit}, min ${least.toFixed(0)} ${unit}`);
  return {median, least};
}
