import {expect, test} from 'vitest';
import {services} from '../../src/stack/compose-file.ts';
import {chooseUsers} from '../../src/stack/container-users.ts';
import {drawStack} from '../../src/stack/index.ts';
import {makeInput} from './input.ts';

const required = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';
const draw = (extras = '') => drawStack(makeInput({settings: `${required}${extras}`}));
const none = draw();
const both = draw('extras: {whiteboard: true, etherpad: true}\n');
const environmentOf = (stack: typeof both) => services(stack.blueprint).find(({name}) => name === 'web')?.environment;
const idsOf = ({resources}: typeof both) => resources.map(({id}) => id);
const codesOf = ({checks}: typeof both) => checks.map(({code}) => code);

test('both are off unless they are wanted, and then nothing of them is there', () => {
  expect(services(none.blueprint).map(({name}) => name)).toEqual(['web', 'prosody', 'jicofo', 'videobridge']);
  expect(JSON.stringify([idsOf(none), codesOf(none), environmentOf(none)])).not.toMatch(/whiteboard|etherpad|extras/i);
});

test.each([
  [
    'whiteboard',
    {WHITEBOARD_COLLAB_SERVER_URL_BASE: 'http://172.28.0.7:8080'},
    ['user:jitsi-extras', 'image:jitsi/excalidraw-backend:2026.3.0', 'container:whiteboard'],
  ],
  [
    'etherpad',
    {ETHERPAD_URL_BASE: 'http://172.28.0.8:9001'},
    [
      'user:jitsi-extras',
      'image:ghcr.io/ether/etherpad:3.3.1',
      'directory:/srv/jitsi/etherpad',
      'file:/srv/jitsi/etherpad/installed_plugins.json',
      'container:etherpad',
    ],
  ],
] as const)('%s alone adds its container and one variable of the pages', (name, variables, ids) => {
  const stack = draw(`extras: {${name}: true}\n`);
  const former = {ids: idsOf(none), codes: codesOf(none)};
  expect(environmentOf(stack)).toEqual({...environmentOf(none), ...variables});
  expect(
    idsOf(stack)
      .filter(id => !former.ids.includes(id))
      .toSorted(),
  ).toEqual([...ids].toSorted());
  expect(codesOf(stack).filter(code => !former.codes.includes(code))).toEqual([`container-${name}`, name]);
});

test('they run as a user of their own, publish no port, and can write nowhere but into the texts', () => {
  const extras = services(both.blueprint).filter(({name}) => name === 'whiteboard' || name === 'etherpad');
  expect(extras.map(({user, ports, capabilities, volumes}) => ({user, ports, capabilities, volumes}))).toEqual([
    {user: '552:552', ports: [], capabilities: undefined, volumes: []},
    {user: '552:552', ports: [], capabilities: undefined, volumes: ['./etherpad:/opt/etherpad-lite/var']},
  ]);
  const {jitsi, turn} = both.blueprint.users;
  expect(new Set([jitsi.uid, turn.uid, both.blueprint.users.extras.uid]).size).toBe(3);
});

test('their user keeps its number, and takes none that is in use', () => {
  expect(chooseUsers({users: {'jitsi-extras': 600}, groups: {}}).extras.uid).toBe(600);
  expect(chooseUsers({users: {someone: 552}, groups: {others: 553}}).extras.uid).toBe(554);
  // Texts of a backup keep their owner, unless somebody else has that number by now.
  expect(chooseUsers({users: {}, groups: {}}, undefined, 700).extras.uid).toBe(700);
  expect(chooseUsers({users: {someone: 700}, groups: {}}, undefined, 700).extras.uid).toBe(552);
  expect(chooseUsers({users: {}, groups: {}}, undefined, 1000).extras.uid).toBe(552);
});

test('switched off again, the container is removed and the texts stay', () => {
  const retired = none.resources.find(({id}) => id === 'containers:retired');
  expect(retired).toBeDefined();
  expect(idsOf(none)).not.toContain('directory:/srv/jitsi/etherpad');
});
