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
import type {FormerProject} from './former-project.ts';
import {composeNames, haproxyUnit, mmproxyUnit, networkName, nginxUnit, overrideNames, settingsPath} from './names.ts';
import {relayCertificates} from './turn.ts';

const [composeName, ...foreignNames] = composeNames;
const replacedId = 'containers:given-up';

/**
 * Replaces a foreign compose project in our directory. Its containers keep serving until ours are ready, and resources that may
 * need the same ports wait until they are removed.
 */
export function takeOverProject(
  resources: readonly Resource[],
  blueprint: Blueprint,
  former: FormerProject | undefined,
): readonly Resource[] {
  // The deploy hook of the relay signals a running relay: it must not find one that is being removed.
  const later = [...listPortUsers(blueprint), certificateCopyId(relayCertificates(blueprint))];
  // What the former variables become is saved before they are replaced: a second attempt must find one of the two.
  const shared = fileId(`${blueprint.project.directory}/.env_global`);
  const replaced = replacedProject(blueprint, former);
  // Compose must not read the former files with ours.
  const first = replaced.map(({id}) => id);
  const waitsFor = (id: string) => [
    ...(later.includes(id) ? first : []),
    ...(id === shared ? [fileId(settingsPath)] : []),
  ];
  const waiting = resources.map(each => ({...each, needs: [...each.needs, ...waitsFor(each.id)]}));
  return [...waiting, ...replaced];
}

function listPortUsers(blueprint: Blueprint): readonly string[] {
  return [
    ...[nginxUnit, haproxyUnit, mmproxyUnit].map(unitId),
    networkId(networkName),
    ...services(blueprint).map(({name}) => serviceId(name)),
  ];
}

/** The containers of the project, also under another name, and the files that compose would read in place of ours or with it. */
function replacedProject(blueprint: Blueprint, former: FormerProject | undefined): readonly Resource[] {
  const {project} = blueprint;
  const pathOf = (name: string) => `${project.directory}/${name}`;
  const ready = [fileId(pathOf(composeName)), ...services(blueprint).map(({image}) => imageId(image))];
  const shared = {title: 'Replaced containers', needs: ready};
  const otherName = former?.name === project.name ? undefined : former?.name;
  return [
    retiredContainers({...shared, id: replacedId, project, isRetired: container => !isOurs(container)}),
    ...(otherName === undefined
      ? []
      : [
          retiredContainers({
            ...shared,
            id: `${replacedId}:${otherName}`,
            project: {...project, name: otherName},
            isRetired: () => true,
            isWhole: true,
          }),
        ]),
    ...[...foreignNames, ...overrideNames].map(name =>
      absentFile({path: pathOf(name), title: 'Replaced compose file', place: 'host', needs: [replacedId]}),
    ),
  ];
}
