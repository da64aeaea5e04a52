import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderCompose} from '../../src/stack/compose-file.ts';
import {drawStack, type InUse, readInUse} from '../../src/stack/index.ts';
import type {Seed} from '../fakes/memory-files.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeInput} from '../stack/input.ts';

const alice = 'alice:x:1000:1000:Alice,,,:/home/alice:/bin/bash';
const accounts = (passwd: readonly string[], group: readonly string[] = []) => ({
  'getent passwd': ['root:x:0:0:root:/root:/bin/bash', ...passwd, ''].join('\n'),
  'getent group': ['root:x:0:', ...group, ''].join('\n'),
});

function look(commands: Readonly<Record<string, string>>, files: Readonly<Record<string, Seed>> = {}): Promise<InUse> {
  return readInUse(createMemoryHost({commands, files}), '/srv/jitsi');
}

/** Returns the numbers that containers run as, the users that are made for them, and the warnings. */
function draw(inUse: InUse) {
  const input = makeInput({inUse});
  const {services} = parse(renderCompose(drawBlueprint(input).blueprint));
  const {resources, warnings} = drawStack(input);
  return {
    jitsi: services.prosody.user,
    turn: services.turn.user,
    users: resources.flatMap(({id}) => (/^user:jitsi/.test(id) ? [id] : [])),
    warnings: warnings.filter(({code}) => code === 'shared-user'),
  };
}

const own = {users: ['user:jitsi-meet', 'user:jitsi-turn'], warnings: []};

test('m6: containers run with numbers that nobody has', async () => {
  expect(draw(await look(accounts([alice])))).toEqual({jitsi: '550:550', turn: '551:551', ...own});
  const busy = accounts(['a:x:550:550::/:/bin/sh', 'c:x:552:552::/:/bin/sh'], ['b:x:551:', 'd:x:554:']);
  expect(draw(await look(busy))).toEqual({jitsi: '553:553', turn: '555:555', ...own});
});

test('m6: the numbers stay when the users are there', async () => {
  const made = accounts(['jitsi-turn:x:560:560::/:/usr/sbin/nologin', 'jitsi-meet:x:561:561::/:/usr/sbin/nologin']);
  const data = {'/srv/jitsi/storage/prosody': {directory: true, uid: 561}} as const;
  expect(draw(await look(made, data))).toEqual({jitsi: '561:561', turn: '560:560', ...own});
});

test('m6: data that an uninstallation kept gets its user again', async () => {
  const data = {'/srv/jitsi/storage/prosody': {directory: true, uid: 557}} as const;
  expect(draw(await look(accounts([alice]), data))).toEqual({jitsi: '557:557', turn: '550:550', ...own});
});

test('m6: containers whose data has another number keep it; the plan warns when somebody has that number', async () => {
  const data = {'/srv/jitsi/web': {directory: true, uid: 1000}} as const;
  const alone = draw(await look(accounts([]), data));
  expect(alone).toEqual({jitsi: '1000:1000', turn: '550:550', users: ['user:jitsi-turn'], warnings: []});
  const {jitsi, warnings} = draw(await look(accounts([alice]), data));
  expect(jitsi).toBe('1000:1000');
  expect(warnings).toEqual([
    expect.objectContaining({
      summary: 'The containers run with the number 1000, which the user alice of this host has too.',
      command: 'cd /srv/jitsi && docker compose --project-name jitsi stop && chown -R --from=1000 550:550 .',
    }),
  ]);
});

test('m6: a host that does not list its accounts gets the usual numbers, and root never runs a container', async () => {
  expect(draw(await look({}))).toEqual({jitsi: '550:550', turn: '551:551', ...own});
  const data = {'/srv/jitsi/web': {directory: true, uid: 0}} as const;
  expect(draw(await look(accounts([alice]), data))).toMatchObject({jitsi: '550:550'});
});
