import type {Resource} from '../model/resource.ts';
import {certificateCopyId} from '../resources/certificate-copy.ts';
import {isOurs, networkId} from '../resources/compose.ts';
import {retiredContainers} from '../resources/compose-project.ts';
import {serviceId} from '../resources/compose-service.ts';
import {imageId} from '../resources/container-image.ts';
import {absentFile} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {unitId} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {services} from './compose-file.ts';
import {composeNames, haproxyUnit, mmproxyUnit, networkName, nginxUnit, overrideNames, settingsPath} from './names.ts';
import {relayCertificates} from './turn.ts';

const [composeName, ...foreignNames] = composeNames;
const replacedId = 'containers:given-up';

/**
 * Replaces a foreign compose project in our directory. Its containers keep serving until ours are ready, and resources that may
 * need the same ports wait until they are removed.
 */
export function takeOverProject(resources: readonly Resource[], blueprint: Blueprint): readonly Resource[] {
  // The deploy hook of the relay signals a running relay: it must not find one that is being removed.
  const later = [...listPortUsers(blueprint), certificateCopyId(relayCertificates(blueprint))];
  // What the former variables become is saved before they are replaced: a second attempt must find one of the two.
  const shared = fileId(`${blueprint.project.directory}/.env_global`);
  // Compose must not read the former files with ours.
  const files = [...foreignNames, ...overrideNames].map(name => fileId(`${blueprint.project.directory}/${name}`));
  const waitsFor = (id: string) => [
    ...(later.includes(id) ? [replacedId, ...files] : []),
    ...(id === shared ? [fileId(settingsPath)] : []),
  ];
  const waiting = resources.map(each => ({...each, needs: [...each.needs, ...waitsFor(each.id)]}));
  return [...waiting, ...replacedProject(blueprint)];
}

function listPortUsers(blueprint: Blueprint): readonly string[] {
  return [
    ...[nginxUnit, haproxyUnit, mmproxyUnit].map(unitId),
    networkId(networkName),
    ...services(blueprint).map(({name}) => serviceId(name)),
  ];
}

function replacedProject(blueprint: Blueprint): readonly Resource[] {
  const {project} = blueprint;
  const pathOf = (name: string) => `${project.directory}/${name}`;
  return [
    retiredContainers({
      id: replacedId,
      title: 'Replaced containers',
      project,
      isRetired: container => !isOurs(container),
      needs: [fileId(pathOf(composeName)), ...services(blueprint).map(({image}) => imageId(image))],
    }),
    ...[...foreignNames, ...overrideNames].map(name =>
      absentFile({path: pathOf(name), title: 'Replaced compose file', place: 'host', needs: [replacedId]}),
    ),
  ];
}
