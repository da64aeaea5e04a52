import type {Resource} from '../../model/resource.ts';
import {serviceId} from '../../resources/compose-service.ts';
import {fileId} from '../../resources/path-state.ts';
import type {Blueprint} from '../blueprint.ts';
import {composeNames} from '../names.ts';

/** Lists the resources that name the public address: two files, and the containers that read them. */
function listNaming({project, turnDomain}: Blueprint): readonly string[] {
  const relay = [fileId(`${project.directory}/turn/turnserver.conf`), serviceId('turn')];
  return [
    fileId(`${project.directory}/${composeNames[0]}`),
    serviceId('videobridge'),
    ...(turnDomain === undefined ? [] : relay),
  ];
}

/** Draws a change of the public address: what names it, and nothing else of the stack. */
export function drawAddressChange({
  blueprint,
  resources,
}: {
  readonly blueprint: Blueprint;
  readonly resources: readonly Resource[];
}): readonly Resource[] {
  const naming = listNaming(blueprint);
  return resources
    .filter(({id}) => naming.includes(id))
    .map(resource => ({...resource, needs: resource.needs.filter(id => naming.includes(id))}));
}
