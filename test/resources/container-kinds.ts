import {composeNetwork} from '../../src/resources/compose.ts';
import {retiredContainers} from '../../src/resources/compose-project.ts';
import {composeService} from '../../src/resources/compose-service.ts';
import {containerImage} from '../../src/resources/container-image.ts';
import {file} from '../../src/resources/path.ts';
import type {KindCase} from './kind-case.ts';

const place = 'host';
const project = {name: 'jitsi', directory: '/srv/jitsi', argv: ['docker', 'compose']} as const;
const compose = (digest: string) => `services: {web: {labels: {org.jitsi-onebox.digest: ${digest}}}}\n`;
const service = composeService({project, service: 'web', title: 'Web', place, needs: [], digest: 'ours', reads: []});
const composeFile = file({title: 'A path', place, path: '/srv/jitsi/compose.yaml', content: compose('ours')});
const newService = {...service, needs: [composeFile.id]};

/** Images, and the project and services of compose. */
export const containerKinds: readonly KindCase[] = [
  {
    name: 'an image',
    resources: [containerImage({name: 'example.org/web:1', title: 'Image', place, needs: []})],
  },
  {
    name: 'a new project',
    resources: [composeFile, newService],
    files: {'/srv/jitsi': {directory: true}},
  },
  {
    name: 'a service that was stopped',
    resources: [service],
    world: {containers: {web: 'stopped ours'}},
    files: {'/srv/jitsi/compose.yaml': compose('ours')},
  },
  {
    name: 'a foreign service of the same name in our directory',
    resources: [composeFile, newService],
    world: {containers: {web: 'foreign', shop: 'foreign'}},
    files: {'/srv/jitsi/compose.yaml': 'services: {web: {}, shop: {}}\n'},
  },
  {
    name: 'a container that is no longer defined',
    resources: [
      retiredContainers({
        id: 'containers:retired',
        title: 'Obsolete containers',
        project,
        isRetired: each => each.service === 'etherpad',
        needs: [],
      }),
    ],
    world: {containers: {web: 'ours', etherpad: 'ours'}},
    files: {
      '/srv/jitsi/compose.yaml': `${compose('ours').slice(0, -2)}, etherpad: {labels: {org.jitsi-onebox.digest: ours}}}\n`,
    },
  },
  {
    name: 'a network with another subnet',
    resources: [composeNetwork({project, network: 'meet.jitsi', subnet: '172.28.0.0/24', needs: []})],
    world: {hasNetworks: true, networks: ['jitsi_meet.jitsi'], containers: {web: 'ours'}},
    files: {'/srv/jitsi/compose.yaml': compose('ours')},
  },
];
