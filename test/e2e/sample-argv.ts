import {execa} from 'execa';
import {guest} from './lab.ts';

/** The arguments of all processes in the guest, and the environments of a run's own children. */
export type ArgvSample = {
  readonly seen: () => readonly string[];
  readonly environments: () => readonly string[];
  stop(): Promise<void>;
};

const door = new URL('../../scripts/lab', import.meta.url).pathname;

/** Prints every new argv of any process every 20 ms, and the environments of processes in a run's unit. */
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
