import {execa} from 'execa';
import {guest} from './lab.ts';

/** Every argv that processes of the guest had while it ran, and the environments that a run gave to its own children. */
export type ArgvSample = {
  readonly seen: () => readonly string[];
  readonly environments: () => readonly string[];
  stop(): Promise<void>;
};

const door = new URL('../../scripts/lab', import.meta.url).pathname;

/** Looks at every process's argv each 20 ms, and at the environment where a run's unit has it, and prints what it has not seen yet. */
const sampler = `
const {existsSync, readdirSync, readFileSync, unlinkSync} = require('node:fs');
const seen = new Set();
const read = (pid, file) => readFileSync('/proc/' + pid + '/' + file, 'utf8').replaceAll('\\0', ' ').replaceAll('\\n', ' ');
const tell = line => {
  if (seen.has(line)) return;
  seen.add(line);
  console.log(line);
};
const look = pid => {
  try {
    const argv = read(pid, 'cmdline');
    if (argv !== '') tell(argv);
    if (read(pid, 'cgroup').includes('/jitsi-onebox-apply.service')) tell('ENVIRONMENT ' + argv + ': ' + read(pid, 'environ'));
  } catch {}
};
setInterval(() => {
  for (const name of readdirSync('/proc')) if (/^[0-9]+$/.test(name)) look(name);
  if (!existsSync('/run/sample-argv.stop')) return;
  unlinkSync('/run/sample-argv.stop');
  process.exit();
}, 20);
`;

/** Starts sampling in the guest. */
export async function sampleArgv(): Promise<ArgvSample> {
  await guest('rm -f /run/sample-argv.stop');
  const process = execa(door, ['guest', '/opt/jitsi-onebox/current/node', '-e', sampler], {
    stdin: 'ignore',
    reject: false,
  });
  let lines: readonly string[] = [];
  let stopping: Promise<void> | undefined;
  const finish = async () => {
    await guest('touch /run/sample-argv.stop');
    const {stdout} = await process;
    // Upstream's image registers its accounts by prosodyctl's argv, inside its container: not an argv of ours.
    lines = stdout.split('\n').filter(line => !/prosodyctl .*user create|mod_admin_shell/.test(line));
  };
  const isEnvironment = (line: string) => line.startsWith('ENVIRONMENT ');
  return {
    seen: () => lines.filter(line => !isEnvironment(line)),
    environments: () => lines.filter(isEnvironment),
    stop: () => {
      stopping ??= finish();
      return stopping;
    },
  };
}
