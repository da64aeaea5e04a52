import type {Resource} from '../model/resource.ts';
import {isOurs} from '../resources/compose.ts';
import {networkId} from '../resources/compose-network.ts';
import {serviceId} from '../resources/compose-service.ts';
import {imageId} from '../resources/container-image.ts';
import {retiredContainers} from '../resources/containers.ts';
import {absentFile} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {unitId} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {services} from './compose.ts';
import {composeNames, haproxyUnit, mmproxyUnit, networkName, nginxUnit} from './names.ts';

const [composeName, ...formerNames] = composeNames;
const containersId = 'containers:given-up';

/**
 * The same stack where the owner gives up a compose project of his own in our directory: that serves until ours is ready, and
 * whoever opens a port waits until it is gone.
 */
export function giveUpProject(resources: readonly Resource[], blueprint: Blueprint): readonly Resource[] {
  const opening = listOpening(blueprint);
  const waiting = resources.map(each =>
    opening.includes(each.id) ? {...each, needs: [...each.needs, containersId]} : each,
  );
  return [...waiting, ...givenUp(blueprint)];
}

/** What takes the place of what is given up, and may want the same ports. */
function listOpening(blueprint: Blueprint): readonly string[] {
  return [
    ...[nginxUnit, haproxyUnit, mmproxyUnit].map(unitId),
    networkId(networkName),
    ...services(blueprint).map(({name}) => serviceId(name)),
  ];
}

function givenUp(blueprint: Blueprint): readonly Resource[] {
  const {project} = blueprint;
  const pathOf = (name: string) => `${project.directory}/${name}`;
  return [
    retiredContainers({
      id: containersId,
      title: 'Containers that are given up',
      project,
      isRetired: container => !isOurs(container),
      needs: [fileId(pathOf(composeName)), ...services(blueprint).map(({image}) => imageId(image))],
    }),
    ...formerNames.map(name =>
      absentFile({path: pathOf(name), title: 'Former compose file', place: 'host', needs: [containersId]}),
    ),
  ];
}
