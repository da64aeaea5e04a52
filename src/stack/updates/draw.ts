import {repositoryOf} from '../../model/host.ts';
import type {Change} from '../../model/plan.ts';
import type {UpdateRequest} from '../../model/request.ts';
import type {Resource} from '../../model/resource.ts';
import {listServices, readDigest, readImage} from '../../resources/compose.ts';
import {composeService, serviceId} from '../../resources/compose-service.ts';
import {containerImage, imageId, pulledId, pulledImage} from '../../resources/container-image.ts';
import {formerImages} from '../../resources/former-images.ts';
import type {Blueprint} from '../blueprint.ts';
import {services} from '../compose-file.ts';
import {interruptsMeetings} from '../meetings.ts';
import type {Service} from '../service.ts';

/** A service as the compose file on this host has it: an update changes its image and nothing else. */
export type RunningService = Pick<Service, 'name' | 'title' | 'place' | 'image'>;

/** Lists the services of the compose file on this host, with their images. */
export function listRunning(blueprint: Blueprint, composeFile: string): readonly RunningService[] {
  const names = listServices(composeFile);
  return services(blueprint).flatMap(({name, title, place}) => {
    const image = names.includes(name) ? readImage(composeFile, name) : undefined;
    return image === undefined ? [] : [{name, title, place, image}];
  });
}

/**
 * Draws an update: all images are pulled, then their names are moved, then the containers are made again. Definitions stay as the
 * compose file on this host has them, so nothing else of the settings or of a newer release of this program is applied.
 */
export function drawUpdate(
  blueprint: Blueprint,
  composeFile: string,
  {images}: Pick<UpdateRequest, 'images'>,
): readonly Resource[] {
  const {project} = blueprint;
  const running = listRunning(blueprint, composeFile).filter(({image}) => image in images);
  const digestOf = ({image}: RunningService) => images[image]?.to ?? '';
  const distinct = [...new Map(running.map(service => [service.image, service])).values()];
  const pulls = distinct.map(service =>
    pulledImage({
      name: service.image,
      digest: digestOf(service),
      title: `New image: ${service.title}`,
      place: service.place,
      needs: [],
    }),
  );
  const moves = distinct.map(service =>
    containerImage({
      name: service.image,
      digest: digestOf(service),
      former: images[service.image]?.from,
      title: `Image: ${service.title}`,
      place: service.place,
      // The last pull may fail, so nothing changes before it.
      needs: distinct.map(each => pulledId(`${repositoryOf(each.image)}@${digestOf(each)}`)),
    }),
  );
  const containers = running.map(service =>
    composeService({
      project,
      service: service.name,
      title: service.title,
      place: service.place,
      needs: distinct.map(({image}) => imageId(image)),
      digest: readDigest(composeFile, service.name),
      reads: [],
      image: service.image,
      imageDigest: digestOf(service),
    }),
  );
  return [...pulls, ...moves, ...containers, removeFormer(running, images)];
}

/** Keeps the images from before this update, since a failed proof needs them; the ones before those go. */
function removeFormer(running: readonly RunningService[], images: UpdateRequest['images']): Resource {
  const repositories = new Set(Object.keys(images).map(repositoryOf));
  const kept = new Set(Object.values(images).flatMap(({from, to}) => [from, to]));
  return formerImages({
    title: 'Images of earlier updates',
    needs: running.map(({name}) => serviceId(name)),
    isKept: ({name, digest}) => !repositories.has(repositoryOf(name)) || kept.has(digest),
  });
}

/** Returns whether a change of an update waits for the end of all meetings. New images are pulled before. */
export function switchesImages(change: Change): boolean {
  return interruptsMeetings(change) || change.id.startsWith(imageId(''));
}
