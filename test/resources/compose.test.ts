import {expect, test, vi} from 'vitest';
import {parse} from 'yaml';
import type {ContainerState} from '../../src/model/host.ts';
import type {Difference, Outlook} from '../../src/model/resource.ts';
import {composeNetwork, digestLabel} from '../../src/resources/compose.ts';
import {editedContainers, restoreProject, retiredContainers} from '../../src/resources/compose-project.ts';
import {composeService} from '../../src/resources/compose-service.ts';
import {containerImage} from '../../src/resources/container-image.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, mend} from './work.ts';

const pauses = vi.hoisted(() => ({pass: (_ms: number) => {}}));
vi.mock('node:timers/promises', () => ({setTimeout: async (ms: number) => pauses.pass(ms)}));

const now = Date.parse('2026-11-22T08:30:00Z');
const project = {name: 'jitsi', directory: '/srv/jitsi', argv: ['docker', 'compose']} as const;
const web = composeService({
  project,
  service: 'web',
  title: 'Web',
  place: 'web',
  needs: [],
  digest: 'new',
  reads: ['/srv/jitsi/.env'],
});
const healthy: ContainerState = {
  id: 'c1',
  service: 'web',
  labels: {[digestLabel]: 'new'},
  running: true,
  health: 'healthy',
  started: now - 60_000,
  healthOutput: '',
};
const compose = 'run docker compose --project-name jitsi';

/** A host whose Engine has these containers; `up` makes the one of web as it should be. */
function createEngine(containers: ContainerState[], written = now - 3_600_000): MemoryHost {
  return createMemoryHost({
    clock: now,
    files: {
      '/srv/jitsi/.env': {content: 'A=1\n', modified: written},
      '/var/lib/jitsi-onebox': {directory: true},
      '/var/lib/docker': {directory: true},
    },
    containers: {jitsi: containers},
    registry: {'example.org/web:1': 'sha256:1', 'example.org/turn:1': 'sha256:2'},
    commands: {
      'docker compose': (_command, host) => {
        host.containers.jitsi = [{...healthy, started: host.clock}];
        return '';
      },
      'docker rm': ({argv}, host) => {
        host.containers.jitsi = (host.containers.jitsi ?? []).filter(({id}) => !argv.includes(id));
        return '';
      },
      'docker stop': ({argv}, host) => {
        host.containers.jitsi = (host.containers.jitsi ?? []).map(each =>
          argv.includes(each.id) ? {...each, running: false} : each,
        );
        return '';
      },
    },
  });
}

const image = (name: string) => containerImage({name, title: 'Image', place: 'web', needs: []});
const up = [`${compose} up --detach --no-deps web`];
const upAnew = [`${compose} up --detach --no-deps --force-recreate web`];
const former: ContainerState = {...healthy, id: 'c2', service: 'turn'};
const theirs: ContainerState = {...healthy, id: 'c3', service: 'shop', labels: {}};
const ours = 'services: {web: {labels: {org.jitsi-onebox.digest: new}}}';
const foreign = 'services: {web: {}, shop: {}}';

/** What removes and stops the containers that a project did not have. */
function formerContainers(running: readonly string[], stopped: readonly string[], composeFile: string) {
  const {directory, argv} = project;
  const was = {type: 'project', directory, argv, running, stopped} as const;
  const options = {composeFile, network: 'meet.jitsi', withVolumes: false, reads: {}};
  const [resource] = restoreProject({thing: 'project', name: 'jitsi', was}, options).stops;
  if (!resource) throw new Error('a resource');
  return resource;
}

const network = composeNetwork({project, network: 'meet.jitsi', subnet: '172.28.0.0/24', needs: []});

testContract([
  {
    name: 'a service without a container',
    resource: web,
    machine: () => createEngine([]),
    differs: ['create'],
    does: up,
  },
  {
    name: 'a container of an older definition',
    resource: web,
    machine: () => createEngine([{...healthy, labels: {[digestLabel]: 'old'}}]),
    differs: ['update'],
    does: up,
  },
  {
    name: "a container of somebody else's definition",
    resource: web,
    machine: () => createEngine([{...healthy, labels: {}}]),
    differs: ['update'],
    does: up,
  },
  {
    name: 'a stopped container',
    resource: web,
    machine: () => createEngine([{...healthy, running: false, started: undefined}]),
    differs: ['start'],
    does: up,
  },
  {
    name: 'an unhealthy container',
    resource: web,
    machine: () => createEngine([{...healthy, health: 'unhealthy'}]),
    differs: ['restart'],
    does: upAnew,
  },
  {
    name: 'a container older than the passwords it got at its start',
    resource: web,
    machine: () => createEngine([healthy], now - 1),
    differs: ['restart'],
    does: upAnew,
  },
  {
    name: 'a container that is still starting',
    resource: web,
    machine: () => createEngine([{...healthy, health: 'starting'}]),
    differs: ['start'],
    does: up,
  },
  {
    name: 'containers that have had their time',
    resource: retiredContainers({
      id: 'containers:retired',
      title: 'Former containers',
      project,
      isRetired: ({service}) => service !== 'web',
      needs: [],
    }),
    machine: () => createEngine([healthy, former, theirs]),
    differs: ['remove', 'remove'],
    does: ['run docker rm --force c2 c3'],
  },
  {
    name: 'a project that was somebody else’s: none of ours, though it has the name of one of theirs',
    resource: formerContainers(['web', 'shop'], [], foreign),
    machine: () => {
      const host = createEngine([healthy, former, theirs]);
      host.commands['docker network inspect'] = () =>
        `${host.containers.jitsi?.filter(({id}) => id !== 'c3').length}\n`;
      host.commands['docker network rm'] = () => {
        host.commands['docker network inspect'] = {exitCode: 1, stderr: 'no such network\n'};
        return '';
      };
      return host;
    },
    differs: ['remove', 'remove'],
    does: ['run docker rm --force c1', 'run docker rm --force c2', 'run docker network rm jitsi_meet.jitsi'],
  },
  {
    name: 'a project of ours in which one had been stopped and another was not there',
    resource: formerContainers([], ['web'], ours),
    machine: () => createEngine([healthy, former]),
    differs: ['remove', 'remove'],
    does: ['run docker rm --force c2', 'run docker stop c1'],
  },
  {
    name: 'a container that was made from what somebody wrote',
    resource: editedContainers({
      project,
      definitions: {path: '/srv/jitsi/.env', isEdited: service => service === 'turn'},
      needs: [],
    }),
    machine: () => createEngine([healthy, former]),
    differs: ['remove'],
    does: ['run docker rm --force c2'],
  },
  {
    name: 'a missing image',
    resource: image('example.org/web:1'),
    machine: () => createEngine([]),
    differs: ['pull'],
    does: ['pull example.org/web:1', 'write /var/lib/jitsi-onebox/images.yaml'],
  },
  {
    name: 'a network with another subnet',
    resource: network,
    machine: () => {
      const host = createEngine([healthy]);
      host.commands['docker network inspect'] = '172.31.0.0/24\n';
      host.commands['docker compose'] = () => {
        host.commands['docker network inspect'] = {exitCode: 1, stderr: 'no such network\n'};
        return '';
      };
      return host;
    },
    differs: ['remove'],
    does: [`${compose} down --remove-orphans`],
  },
]);

test('a network with the right subnet stays', async () => {
  const host = createEngine([healthy]);
  host.commands['docker network inspect'] = '172.28.0.0/24\n';
  expect(await compare(network, host)).toEqual([]);
  expect(host.asked.at(-1)).toMatch(/ jitsi_meet\.jitsi$/);
});

test('passwords that this very plan writes make a container stale', async () => {
  const outlook = (difference: Difference): Outlook => ({
    changes: id => (id === 'file:/srv/jitsi/.env' ? [difference] : []),
  });
  const state = await web.read(createEngine([healthy]));
  const [change] = web.diff(state, outlook({change: 'update', summary: 'text', content: true}));
  expect(change).toMatchObject({change: 'restart', summary: expect.stringContaining('/srv/jitsi/.env')});
  expect(web.diff(state, outlook({change: 'update', summary: 'mode'}))).toEqual([]);
});

test('the lock is given back as soon as the container runs: others need not wait for its health', async () => {
  const host = createEngine([]);
  host.commands['docker compose'] = () => {
    host.containers.jitsi = [{...healthy, health: 'starting'}];
    return '';
  };
  let waits = 0;
  pauses.pass = () => {
    if (++waits === 5) host.containers.jitsi = [healthy];
  };
  const {releases, lines} = await mend(web, host);
  expect([releases, waits, lines]).toEqual([1, 5, ['web is running, starting']]);
});

test.each([
  ['that turns unhealthy', {health: 'unhealthy', healthOutput: 'curl: (22) 502\n'}, 'curl: (22) 502'],
  ['that ends', {running: false, health: 'none'}, 'not running'],
  ['that never becomes healthy', {health: 'starting'}, 'running, starting'],
] as const)('a container %s is a problem that says how it is', async (_what, state, summary) => {
  const host = createEngine([]);
  host.commands['docker compose'] = () => {
    host.containers.jitsi = [{...healthy, ...state}];
    return '';
  };
  pauses.pass = () => {
    host.clock += 60_000;
  };
  await expect(mend(web, host)).rejects.toMatchObject({
    code: 'container-unhealthy',
    summary: expect.stringContaining(summary),
  });
});

test('a container without a health check is healthy when it runs', async () => {
  expect(await compare(web, createEngine([{...healthy, health: 'none'}]))).toEqual([]);
});

test('images that are pulled side by side all get into the record', async () => {
  const host = createEngine([]);
  const works = await Promise.all(['example.org/web:1', 'example.org/turn:1'].map(name => mend(image(name), host)));
  expect(parse((await host.files.read('/var/lib/jitsi-onebox/images.yaml')) ?? '')).toEqual({
    'example.org/web:1': 'sha256:1',
    'example.org/turn:1': 'sha256:2',
  });
  expect(works[0]?.steps).toEqual([{done: 1, total: 1, unit: 'bytes', part: 'layer'}]);
});

test('an image that cannot be pulled keeps no other from the record', async () => {
  const host = createEngine([]);
  await expect(mend(image('example.org/none:1'), host)).rejects.toMatchObject({code: 'image-pull-failed'});
  await mend(image('example.org/web:1'), host);
  expect(host.changes.at(-1)).toBe('write /var/lib/jitsi-onebox/images.yaml');
});
