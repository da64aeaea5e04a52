import {expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {drawUndo} from '../../src/undo/draw.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const script = '/srv/jitsi/web/custom-interface_config.js';
const snapshots: readonly Snapshot[] = [
  {
    thing: 'project',
    name: 'jitsi',
    was: {type: 'project', directory: '/srv/jitsi', argv: ['docker', 'compose'], running: ['web'], stopped: []},
  },
  {
    thing: 'path',
    name: script,
    was: {type: 'file', mode: 0o644, uid: 0, gid: 0, modified: 0},
    bytes: Buffer.from('former title'),
  },
];
const web = {
  id: '1',
  service: 'web',
  labels: {},
  running: true,
  health: 'healthy',
  started: 1,
  restarts: 0,
  healthOutput: '',
} as const;

test('an undo recreates the web container when the script with its title is restored', async () => {
  const others = {nginx: false, docker: false, lineages: []};
  const resources = drawUndo({aim: 'undo', snapshots, removesPackages: false, others, composeFiles: {}});
  const files = {'/srv/jitsi': {directory: true}, '/srv/jitsi/web': {directory: true}, [script]: 'title'} as const;
  const {changes} = await makePlan({resources, host: createMemoryHost({files, containers: {jitsi: [web]}})});
  expect(changes.map(({id}) => id)).toEqual([`file:${script}`, 'container:web']);
});
