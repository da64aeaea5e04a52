import {expect, test} from 'vitest';
import {readInUse} from '../../src/stack/in-use.ts';
import {mark} from '../../src/stack/names.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {drawFiles} from './drawn-files.ts';
import {makeInput} from './input.ts';

const read = (files: Readonly<Record<string, string>>) => readInUse(createMemoryHost({files}), '/srv/jitsi');

test('values are read back from our own files', async () => {
  const {MODES: _, ...drawn} = await drawFiles(makeInput());
  expect(await read(drawn)).toEqual({
    subnet: '172.28.0.0/24',
    localAddress: '192.168.1.20',
    publicAddress: '198.51.100.10',
    timezone: 'Europe/Berlin',
    rooms: 'anyone',
  });
});

test.each(['registered', 'members'] as const)('rooms: %s are read back', async rooms => {
  const settings = `domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\nrooms: ${rooms}\n`;
  const {MODES: _, ...drawn} = await drawFiles(makeInput({settings}));
  expect(await read(drawn)).toMatchObject({rooms});
});

test('a host with a public address of its own has it as both addresses', async () => {
  const settings = `domain: meet.example.org
contact: admin@example.org
turn: {enabled: false}
address: {public: 198.51.100.10, local: 198.51.100.10}
`;
  const {MODES: _, ...drawn} = await drawFiles(makeInput({settings}));
  expect(await read(drawn)).toMatchObject({localAddress: '198.51.100.10', publicAddress: '198.51.100.10'});
});

test.each(['10.1.0.0/24', "'10.1.0.0/24'", '"10.1.0.0/24" # chosen by hand'])(
  'a subnet is read as %s, too',
  async subnet => {
    const text = `${mark}\nnetworks:\n  jitsi:\n    ipam:\n      config:\n        - subnet: ${subnet}\n`;
    expect(await read({'/srv/jitsi/compose.yaml': text})).toEqual({subnet: '10.1.0.0/24'});
  },
);

test.each([
  ['no directory', {}],
  ['a file that is not YAML', {'/srv/jitsi/compose.yaml': `${mark}\n{[`}],
  ['an empty file', {'/srv/jitsi/compose.yaml': `${mark}\n`, '/srv/jitsi/.env_global': ''}],
  ['a file without the values', {'/srv/jitsi/compose.yaml': `${mark}\nservices: {videobridge: {}}\n`}],
  ['a list', {'/srv/jitsi/compose.yaml': `${mark}\n- services\n`}],
])('%s gives nothing', async (_what, files) => {
  expect(await read(files)).toEqual({});
});

test.each(['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'])(
  'a foreign %s is found, and none of its values is used',
  async name => {
    const path = `/srv/jitsi/${name}`;
    const text = 'networks: {a: {ipam: {config: [{subnet: 10.0.0.0/24}]}}}\n';
    expect(await read({[path]: text})).toEqual({foreignCompose: path});
  },
);

test('an unreadable file counts as absent', async () => {
  const host = createMemoryHost({files: {'/srv/jitsi/compose.yaml': 'x'}, denied: ['/srv/jitsi']});
  expect(await readInUse(host, '/srv/jitsi')).toEqual({});
});
