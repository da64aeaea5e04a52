import {expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {drawUndo} from '../../src/undo/draw.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const env = '/srv/jitsi/.env';
const running = ['jicofo', 'prosody', 'web'];
const snapshots: readonly Snapshot[] = [
  {
    thing: 'project',
    name: 'jitsi',
    was: {type: 'project', directory: '/srv/jitsi', argv: ['docker', 'compose'], running, stopped: []},
  },
  {
    thing: 'path',
    name: env,
    was: {type: 'file', mode: 0o600, uid: 0, gid: 0, modified: 0},
    bytes: Buffer.from('JICOFO_AUTH_PASSWORD=former\n'),
  },
];

test('an undo recreates the containers that read a restored .env', async () => {
  const others = {nginx: false, docker: false, lineages: []};
  const resources = drawUndo({aim: 'undo', snapshots, removesPackages: false, others, composeFiles: {}});
  const jitsi = running.map(service => ({
    ...{id: service, service, labels: {}, running: true, started: 1, restarts: 0, healthOutput: ''},
    health: 'healthy' as const,
  }));
  const files = {'/srv/jitsi': {directory: true}, [env]: {content: 'JICOFO_AUTH_PASSWORD=new\n', modified: 0}} as const;
  const {changes} = await makePlan({resources, host: createMemoryHost({files, containers: {jitsi}})});
  expect(changes.map(({id}) => id)).toEqual([`file:${env}`, 'container:jicofo', 'container:prosody']);
});
