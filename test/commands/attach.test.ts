import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {beforeEach, describe, expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import {attach} from '../../src/commands/attach.ts';
import {claimRun, type RunFiles, writeRequest} from '../../src/engine/run-files.ts';
import type {EventBody} from '../../src/model/event.ts';
import type {Host} from '../../src/model/host.ts';
import type {RunRequest} from '../../src/model/request.ts';
import {openPlainUi} from '../../src/plain/open.ts';
import {createThisMachine} from '../../src/runs/this-machine.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const approved = {digest: 'd', approved: [], by: 'ada', at: '2026-11-22T08:30:00.000Z'} as const;
/** As release 0.1.0 wrote it. The settings and facts are such that nothing can be drawn from them. */
const oldRequest: RunRequest = {
  command: 'apply',
  settings: '{',
  facts: '{',
  takeOver: [],
  whenIdle: false,
  digest: 'd',
  approved: [],
  by: 'ada',
};
const request: RunRequest = {
  ...oldRequest,
  ...approved,
  address: 'https://meet.example.org/',
  forwards: [{port: 443, protocol: 'tcp', to: '192.168.1.10', purpose: 'meetings'}],
  map: {boxes: [{place: 'web', name: 'Web'}], links: []},
};

const finished: EventBody = {type: 'run-finished', outcome: 'done', exit: 0, counts: {}, ms: 12_000};
let base = '';

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'onebox-'));
});

async function writeRun(asked: RunRequest, ...events: readonly EventBody[]): Promise<RunFiles> {
  const files = await claimRun({base});
  const {run} = files;
  const {command, digest, by} = asked;
  const started: EventBody = {type: 'run-started', run, command, version: '0.1.0', digest, pid: 1, by};
  const lines = [started, ...events].map(body => JSON.stringify({v: 1, at: '2026-11-22T08:30:00.000Z', ...body}));
  await writeRequest(files, asked);
  await writeFile(files.path, `${lines.join('\n')}\n`);
  return files;
}

/** A host on which only systemd may be asked which run is in progress. */
function createSealedHost(): Host {
  const refuse = (): never => {
    throw new Error('A viewer has no business here.');
  };
  const sealed = new Proxy({}, {get: () => refuse});
  const {query, now} = createMemoryHost({commands: {'systemctl show jitsi-onebox-apply.service': ''}});
  return {query, now, run: refuse, files: sealed as Host['files'], docker: sealed as Host['docker']};
}

async function watch(host: Host) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const ui = openPlainUi({stdin, stdout, stderr, yes: false, interactive: false});
  const assets = () => {
    throw new Error('A viewer needs no templates.');
  };
  const {signal} = new AbortController();
  const exit = await attach(
    {invocation: readArguments(['attach']), machine: createThisMachine(host, base), assets, signal},
    ui,
  );
  stdout.end();
  stderr.end();
  return {exit, printed: await text(stdout), problems: await text(stderr)};
}

describe('a viewer of a finished run', () => {
  test('reads its request and journal, and nothing of the host', async () => {
    const {path} = await writeRun(request, finished);
    const {exit, printed, problems} = await watch(createSealedHost());
    expect(exit).toBe(0);
    expect(problems).toBe('');
    expect(printed).toContain('Your meetings are at https://meet.example.org/');
    expect(printed).toMatch(/443\/tcp +to 192\.168\.1\.10, for meetings/);
    expect(printed).toContain(path);
  });

  test('shows less of a run of release 0.1.0', async () => {
    await writeRun(oldRequest, finished);
    const {exit, printed} = await watch(createSealedHost());
    expect(exit).toBe(0);
    expect(printed).toContain('The server is set up.');
    expect(printed).not.toMatch(/undefined|forward/);
  });

  test('reports a worker that died', async () => {
    const {run} = await writeRun(request);
    const {exit, problems} = await watch(createSealedHost());
    expect(exit).toBe(1);
    expect(problems).toContain(`Run ${run} ended unexpectedly between two steps.`);
  });

  test('shows the run that took it back as well, and the failure is the result', async () => {
    const {run: undoing} = await writeRun({...approved, command: 'undo', run: '', packages: false, by: 'x'}, finished);
    await writeRun(request, {...finished, outcome: 'failed', exit: 1, undoneBy: undoing});
    const {exit, printed} = await watch(createSealedHost());
    expect(exit).toBe(1);
    expect(printed).toMatch(/are being taken back now[\s\S]*Everything is as it was before run/);
  });
});

test('without a run there is nothing to show', async () => {
  await expect(watch(createSealedHost())).rejects.toMatchObject({code: 'no-run'});
});
