import type {Resource} from '../model/resource.ts';
import {composeNetwork, isOurs, networkId} from '../resources/compose.ts';
import {editedContainers, editedContainersId, retiredContainers} from '../resources/compose-project.ts';
import {composeService} from '../resources/compose-service.ts';
import {containerImage, imageId} from '../resources/container-image.ts';
import {dockerRules, dockerRulesId, type Publication} from '../resources/docker-rules.ts';
import {directory, directoryId, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {unitId} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {definitionsOf, digest, environmentFile, renderCompose, services} from './compose-file.ts';
import {dockerUnit, networkName} from './names.ts';
import type {Service} from './service.ts';

/** The compose project: its files, images, network and containers. */
export function composeResources(blueprint: Blueprint): readonly Resource[] {
  const all = services(blueprint);
  const {project, network, passwords, engine} = blueprint;
  const root = project.directory;
  const [env, shared] = [`${root}/.env`, `${root}/.env_global`];
  const definitions = definitionsOf(blueprint);
  const own = {mode: 0o600, uid: 0, gid: 0};
  const belowRoot = {place: 'host', needs: [directoryId(root)]} as const;
  return [
    ...imageResources(all),
    directory({path: root, title: 'Container directory', place: 'host', attributes: {...own, mode: 0o700}}),
    ...directoryResources(root, all),
    file({...belowRoot, path: env, title: 'Passwords', content: passwords.text, attributes: own}),
    file({...belowRoot, path: shared, title: 'Shared environment', content: environmentFile(blueprint)}),
    editedContainers({project, definitions, needs: []}),
    file({
      path: definitions.path,
      title: 'Compose file',
      place: 'host',
      content: renderCompose(blueprint),
      needs: [directoryId(root), fileId(env), fileId(shared), editedContainersId],
    }),
    dockerRules({
      project,
      publications: all.flatMap(listPublications),
      impossible: engine.noForwarding,
      needs: [unitId(dockerUnit)],
    }),
    ...containerResources(blueprint, all),
    composeNetwork({
      project,
      network: networkName,
      subnet: network.subnet,
      needs: [dockerRulesId, fileId(definitions.path)],
    }),
    retiredContainers({
      id: 'containers:retired',
      title: 'Obsolete containers',
      project,
      isRetired: container => isOurs(container) && !all.some(({name}) => name === container.service),
      needs: [fileId(definitions.path)],
    }),
  ];
}

function imageResources(all: readonly Service[]): readonly Resource[] {
  return all.map(({image, place, title}) =>
    containerImage({name: image, title: `Image: ${title}`, place, needs: [unitId(dockerUnit)]}),
  );
}

function directoryResources(root: string, all: readonly Service[]): readonly Resource[] {
  const parents = ['storage', 'prosody'].map(path => ({path, place: 'host' as const}));
  const own = all.flatMap(({directories, place}) => directories.map(each => ({...each, place})));
  return [...parents, ...own].map(each => {
    const path = `${root}/${each.path}`;
    return directory({
      ...each,
      path,
      title: `Directory ${path}`,
      needs: [directoryId(path.slice(0, path.lastIndexOf('/')))],
    });
  });
}

function containerResources(blueprint: Blueprint, all: readonly Service[]): readonly Resource[] {
  const {project} = blueprint;
  const root = project.directory;
  const definitions = definitionsOf(blueprint);
  return all.map(service => {
    const own = service.directories.map(each => directoryId(`${root}/${each.path}`));
    return composeService({
      project,
      service: service.name,
      title: service.title,
      place: service.place,
      digest: digest(blueprint, service),
      reads: service.reads,
      image: service.image,
      definitions,
      needs: [imageId(service.image), networkId(networkName), fileId(definitions.path), ...own, ...service.needs],
    });
  });
}

/** Parses a service's `address:port:port/protocol`, and adds the container's address. */
function listPublications({name, ports, address}: Service): readonly Publication[] {
  return ports.map(text => {
    const [, port = '', target = ''] = text.split(':');
    const [inner, protocol = 'tcp'] = target.split('/');
    return {
      service: name,
      protocol: protocol as Publication['protocol'],
      port: Number(port),
      target: `${address}:${inner}`,
    };
  });
}
