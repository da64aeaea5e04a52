import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {beforeEach, expect, onTestFinished, test} from 'vitest';
import type {Item, Message} from '../../src/model/message.ts';
import {deliver, describeDelivery} from '../../src/runs/deliver.ts';
import type {Way} from '../../src/runs/ways.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {makeInput} from '../stack/input.ts';

const {settings} = makeInput();
const makeItem = (title: string): Item => ({at: '2026-11-29T16:00:00.000Z', kind: 'failed', title, text: 'It fails.'});

let host: MemoryHost;
let sent: string[];
let broken: Set<Way['name']>;
beforeEach(() => {
  host = createMemoryHost({files: {'/var/lib/jitsi-onebox': {directory: true}}});
  sent = [];
  broken = new Set();
});

const makeWay = (name: Way['name']): Way => ({
  name,
  target: 'somebody',
  async send({subject, items}: Message) {
    if (broken.has(name)) throw new Error('connect ECONNREFUSED 192.168.1.5:25');
    sent.push(`${name} ${subject} ${items.map(({title}) => title).join('+')}`);
    return '250 ok';
  },
});
const ways = [makeWay('mail'), makeWay('web hook')];

async function send(...titles: readonly string[]) {
  const directory = await mkdtemp(`${tmpdir()}/outbox-`);
  onTestFinished(() => rm(directory, {recursive: true}));
  return deliver({host, settings, items: titles.map(makeItem), ways, lockPath: `${directory}/lock`});
}

test('several items are one message by each way, and none of them stays', async () => {
  const deliveries = await send('Web container', 'Relay container');
  expect(sent).toEqual([
    'mail meet.example.org: 2 failed Web container+Relay container',
    'web hook meet.example.org: 2 failed Web container+Relay container',
  ]);
  expect(deliveries?.map(describeDelivery)).toEqual(ways.map(({name}) => `${name} to somebody: sent (250 ok).`));
  expect(await send()).toEqual([]);
  expect(host.tree.has('/var/lib/jitsi-onebox/outbox.json')).toBe(false);
});

test('a disk that is full holds no message back, and the message says so', async () => {
  host.files.write = async () => {
    throw new Error('ENOSPC: no space left on device');
  };
  const [mail] = (await send('Web container')) ?? [];
  expect(mail).toMatchObject({answer: '250 ok'});
  expect(sent[0]).toMatch(/Web container\+This message$/);
});

test('while another process sends messages and does not end, nothing is sent or written down', async () => {
  const directory = await mkdtemp(`${tmpdir()}/outbox-`);
  onTestFinished(() => rm(directory, {recursive: true}));
  const lockPath = `${directory}/lock`;
  await writeFile(lockPath, String(process.pid));
  const items = [makeItem('Web container')];
  expect(await deliver({host, settings, items, ways, lockPath, patience: 0})).toBeUndefined();
  expect(sent).toEqual([]);
  expect(host.changes).toEqual([]);
});

test('what a way does not accept waits for the next round, in one message with what is new', async () => {
  broken.add('mail');
  const [mail, hook] = (await send('Web container')) ?? [];
  expect(mail).toMatchObject({fault: 'connect ECONNREFUSED 192.168.1.5:25'});
  expect(hook).toMatchObject({answer: '250 ok'});
  await send();
  broken.clear();
  await send('Relay container');
  expect(sent).toEqual([
    'web hook meet.example.org: Web container: failed Web container',
    'mail meet.example.org: 2 failed Web container+Relay container',
    'web hook meet.example.org: Relay container: failed Relay container',
  ]);
});

test('a way that stays broken keeps the newest hundred', async () => {
  broken.add('mail');
  for (let index = 0; index < 130; index += 1) await send(`item ${index}`);
  broken.clear();
  sent = [];
  await send();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain('100 failed item 30+item 31+');
});

test('a broken outbox is an empty one, and only root may read it', async () => {
  await host.files.write('/var/lib/jitsi-onebox/outbox.json', '{', {mode: 0o600, uid: 0, gid: 0});
  broken.add('mail');
  await send('Web container');
  expect((await host.files.stat('/var/lib/jitsi-onebox/outbox.json'))?.mode).toBe(0o600);
});
