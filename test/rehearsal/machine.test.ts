import {readFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {advance, noRun} from '../../src/model/run.ts';
import {createRecordedMachine, parseRecording} from '../../src/rehearsal/machine.ts';
import type {Props} from '../../src/rehearsal/script.ts';
import {settingsPath} from '../../src/stack/index.ts';
import {plan} from '../tui/samples.ts';

const facts = await readFile('test/machines/vm-behind-router.json', 'utf8');
const openMachine = (props: Props = {}) => createRecordedMachine({...parseRecording(facts, ''), props});
const {signal} = new AbortController();
const request = {command: 'undo', run: 'r', packages: false, digest: '', approved: [], by: 'you'} as const;

test('a recorded machine has its facts, its files and its names, and nothing to take back', async () => {
  const machine = openMachine({settings: 'domain: x\n', names: {'a.example.org': ['192.0.2.1']}});
  const found: string[] = [];
  for await (const {name} of machine.detect({stun: [], udpPorts: []}, signal)) found.push(name);
  expect(found).toEqual(Object.keys(JSON.parse(facts)));
  expect(await machine.host.files.read(settingsPath)).toBe('domain: x\n');
  expect(await machine.lookUp('a.example.org')).toEqual(['192.0.2.1']);
  expect(await machine.lookUp('b.example.org')).toEqual([JSON.parse(facts).publicAddress.value]);
  expect(await machine.openLatestRun()).toBeUndefined();
  expect(machine.isRecorded).toBe(true);
});

test('no door of its host changes anything', async () => {
  const {host} = openMachine();
  await expect(host.run({argv: ['true']})).rejects.toThrow('cannot run true');
  await expect(host.files.write('/etc/x', '', {mode: 0o644, uid: 0, gid: 0})).rejects.toThrow('cannot write');
});

test('a plan is compared with its installation, if it has one', async () => {
  const planInstalled = async () => plan;
  expect((await openMachine().subtractInstalled(plan, planInstalled)).changes).toEqual(plan.changes);
  expect((await openMachine({settings: ''}).subtractInstalled(plan, planInstalled)).changes).toEqual([]);
});

test('its runs are watched like real ones, can be stopped and left, and leave no files', async () => {
  const record = await openMachine().start(request, plan, []);
  expect(record.files).toBeUndefined();
  let run = noRun;
  for await (const event of record.follow(signal)) {
    run = advance(run, event);
    await record.stop();
  }
  expect(run).toMatchObject({stopping: true, outcome: 'stopped'});
});
