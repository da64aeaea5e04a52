import {mkdtemp, readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, test, vi} from 'vitest';
import {createCommands} from '../../src/host/commands.ts';
import type {Command, OutputLine} from '../../src/model/host.ts';
import {Secret} from '../../src/model/secret.ts';

const {query, run} = createCommands({grace: 300});
const shell = (script: string): Command['argv'] => ['/bin/sh', '-c', script];

async function follow(argv: Command['argv'], more: Partial<Command> = {}) {
  const lines: OutputLine[] = [];
  const ending = await run({argv, ...more}, {onLine: line => lines.push(line)}).catch((error: unknown) => error);
  return {lines, ending};
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a query returns a failing exit code as its answer', async () => {
  expect(await query({argv: shell('echo out; echo err >&2; exit 3')})).toEqual({
    exitCode: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('a query without errors has an empty stderr', async () => {
  expect(await query({argv: shell('echo out')})).toEqual({exitCode: 0, stdout: 'out\n', stderr: ''});
});

test('a missing program is exit code 127 in a query and a failure in a run', async () => {
  const missing = await query({argv: ['no-such-program-here']});
  expect(missing).toMatchObject({exitCode: 127, stdout: ''});
  expect(missing.stderr).toContain('no-such-program-here');
  await expect(run({argv: ['no-such-program-here']})).rejects.toMatchObject({exitCode: 127});
});

test('a killed program has the exit code that a shell reports', async () => {
  expect((await query({argv: shell('kill -9 $$')})).exitCode).toBe(137);
});

test('no shell interprets an argument', async () => {
  expect((await query({argv: ['printf', '%s', '$(id); `id` *']})).stdout).toBe('$(id); `id` *');
});

test('the environment is clean except for variables of the command', async () => {
  vi.stubEnv('NODE_OPTIONS', '--no-warnings');
  vi.stubEnv('LC_MESSAGES', 'de_DE.UTF-8');
  const {stdout} = await query({argv: ['env'], env: {DEBIAN_FRONTEND: 'noninteractive'}});
  const names = stdout
    .trim()
    .split('\n')
    .map(line => line.split('=')[0]);
  expect(names.sort()).toEqual(['DEBIAN_FRONTEND', 'DOCKER_HOST', 'HOME', 'LANG', 'LC_ALL', 'PATH']);
});

test('lines follow the command one by one, with carriage returns and colours handled as in a terminal', async () => {
  const {lines} = await follow(shell(String.raw`printf 'a\n10%%\r20%%\r\n\n\033[31mred\033[0m\nno newline'; exit 0`));
  expect(lines[0]?.stream).toBe('command');
  expect(lines[0]?.line).toMatch(/^\/bin\/sh -c '/);
  expect(lines.slice(1).map(({line}) => line)).toEqual(['a', '10%', '20%', 'red', 'no newline']);
});

test('a line is reported when it is printed, not when the command ends', async () => {
  const stop = new AbortController();
  const first = run(
    {argv: shell('echo ready; exec sleep 60')},
    {
      signal: stop.signal,
      onLine: ({line}) => line === 'ready' && stop.abort(),
    },
  );
  await expect(first).rejects.toMatchObject({name: 'AbortError'});
});

test('a failure has its last twenty lines', async () => {
  const {ending} = await follow(shell('seq 1 30; exit 4'));
  expect(ending).toMatchObject({exitCode: 4, tail: Array.from({length: 20}, (_, index) => String(index + 11))});
});

test('silence ends a command, and output keeps it alive', async () => {
  const noisy = run({argv: shell('for i in 1 2 3 4 5 6; do printf .; sleep 0.1; done')}, {silence: 400});
  await expect(noisy).resolves.toMatchObject({stdout: '......'});
  const hung = run({argv: shell('echo so far; exec sleep 60')}, {silence: 200});
  await expect(hung).rejects.toMatchObject({code: 'command-silent', summary: expect.stringContaining('so far')});
});

test('stopping ends the whole process group, even children that ignore SIGTERM', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'onebox-'));
  const stop = new AbortController();
  const script = `trap '' TERM; sh -c 'echo $$ > ${directory}/child; trap "" TERM; while :; do sleep 0.05; done'`;
  const running = run({argv: shell(script)}, {signal: stop.signal});
  const child = await vi.waitFor(async () => {
    const pid = Number(await readFile(join(directory, 'child'), 'utf8'));
    expect(pid).toBeGreaterThan(0);
    return pid;
  });
  stop.abort();
  await expect(running).rejects.toMatchObject({name: 'AbortError'});
  // Either the process has ended or it is a zombie that its new parent has not reaped yet.
  const state = await readFile(`/proc/${child}/status`, 'utf8').catch(() => 'State:\tX');
  expect(state).toMatch(/State:\s[XZ]/);
});

test('a command can end cleanly when it is stopped', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const running = run(
    {argv: shell(`trap 'echo tidied; exit 0' TERM; echo up; while :; do sleep 0.05; done`)},
    {
      signal: stop.signal,
      onLine({line}) {
        lines.push(line);
        if (line === 'up') stop.abort();
      },
    },
  );
  await expect(running).rejects.toMatchObject({name: 'AbortError'});
  expect(lines).toContain('tidied');
});

test('a secret reaches standard input and appears nowhere else', async () => {
  const script = 'read -r secret; echo "got $secret"; tr "\\0" " " < /proc/$$/cmdline; exit 1';
  const {lines, ending} = await follow(shell(script), {input: new Secret('correct horse\n')});
  expect(lines.map(({line}) => line)).toContain('got •••');
  expect(JSON.stringify([lines, ending]) + String(ending)).not.toContain('correct horse');
});
