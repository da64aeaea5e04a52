import {expect, test} from 'vitest';
import type {ContainerState} from '../../src/model/host.ts';
import {composeNetwork} from '../../src/resources/compose.ts';
import {editedContainers, restoreProject, retiredContainers} from '../../src/resources/compose-project.ts';
import {compose, createEngine, healthy, project} from './compose-engine.ts';
import {testContract} from './contract.ts';
import {compare, required} from './work.ts';

const obsolete: ContainerState = {...healthy, id: 'c2', service: 'turn'};
const foreign: ContainerState = {...healthy, id: 'c3', service: 'shop', labels: {}};
const ourFile = 'services: {web: {labels: {org.jitsi-onebox.digest: new}}}';
const foreignFile = 'services: {web: {}, shop: {}}';

/** Returns the resource that removes and stops containers which were absent or stopped in the snapshot. */
function restoredContainers(running: readonly string[], stopped: readonly string[], composeFile: string) {
  const {directory, argv} = project;
  const was = {type: 'project', directory, argv, running, stopped} as const;
  const options = {composeFile, network: 'meet.jitsi', withVolumes: false, reads: {}};
  return required(restoreProject({thing: 'project', name: 'jitsi', was}, options).stops[0]);
}

const network = composeNetwork({project, network: 'meet.jitsi', subnet: '172.28.0.0/24', needs: []});

testContract([
  {
    name: 'obsolete containers',
    resource: retiredContainers({
      id: 'containers:retired',
      title: 'Obsolete containers',
      project,
      isRetired: ({service}) => service !== 'web',
      needs: [],
    }),
    machine: () => createEngine([healthy, obsolete, foreign]),
    differs: ['remove', 'remove'],
    does: ['run docker rm --force c2 c3'],
  },
  {
    name: 'a snapshot of a foreign project with a service of the same name as ours',
    resource: restoredContainers(['web', 'shop'], [], foreignFile),
    machine: () => {
      const host = createEngine([healthy, obsolete, foreign]);
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
    name: 'a snapshot of our project with one service stopped and one missing',
    resource: restoredContainers([], ['web'], ourFile),
    machine: () => createEngine([healthy, obsolete]),
    differs: ['remove', 'remove'],
    does: ['run docker rm --force c2', 'run docker stop c1'],
  },
  {
    name: 'a container made from an edited definition',
    resource: editedContainers({
      project,
      definitions: {path: '/srv/jitsi/.env', isEdited: service => service === 'turn'},
      needs: [],
    }),
    machine: () => createEngine([healthy, obsolete]),
    differs: ['remove'],
    does: ['run docker rm --force c2'],
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

test('a network with the right subnet is kept', async () => {
  const host = createEngine([healthy]);
  host.commands['docker network inspect'] = '172.28.0.0/24\n';
  expect(await compare(network, host)).toEqual([]);
  expect(host.asked.at(-1)).toMatch(/ jitsi_meet\.jitsi$/);
});
