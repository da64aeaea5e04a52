import {repositoryOf} from '../../model/host.ts';
import type {Change} from '../../model/plan.ts';
import type {UpdateRequest} from '../../model/request.ts';
import type {Resource} from '../../model/resource.ts';
import {builtImage} from '../../resources/built-image.ts';
import {listServices, readDigest, readImage} from '../../resources/compose.ts';
import {composeService, serviceId} from '../../resources/compose-service.ts';
import {containerImage, imageId, pulledId, pulledImage} from '../../resources/container-image.ts';
import {formerImages} from '../../resources/former-images.ts';
import {localRepositoryOf} from '../../resources/local-image.ts';
import type {Blueprint} from '../blueprint.ts';
import {services} from '../compose-file.ts';
import {interruptsMeetings} from '../meetings.ts';
import type {Service} from '../service.ts';
import type {Assets} from '../template.ts';
import {addProxy, describeUpgrade} from './upgrades.ts';

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
 * Draws an update: all images are pulled or built, then their names are moved, then the containers are made again. Definitions stay as
 * the compose file on this host has them, so nothing else of the settings or of a newer release of this program is applied.
 */
export function drawUpdate(
  blueprint: Blueprint,
  composeFile: string,
  {images}: Pick<UpdateRequest, 'images'>,
  assets: Assets,
): readonly Resource[] {
  const {project} = blueprint;
  const running = listRunning(blueprint, composeFile).filter(({image}) => image in images);
  const digestOf = ({image}: RunningService) => images[image]?.to ?? '';
  const distinct = [...new Map(running.map(service => [service.image, service])).values()];
  const pulls = distinct.map(service => pullNew(service, images));
  const builds = distinct.flatMap(service => buildNew(service, images, assets));
  const moves = distinct.map(service =>
    containerImage({
      name: service.image,
      digest: digestOf(service),
      former: images[service.image]?.from,
      title: `Image: ${service.title}`,
      place: service.place,
      // The last pull or build may fail, so nothing changes before it.
      needs: [...pulls, ...builds].map(({id}) => id),
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
  return [...pulls, ...builds, ...moves, ...containers, removeFormer(running, images)];
}

type Images = UpdateRequest['images'];

/** The published image of a service, which is pulled: the new one itself, or that which it is built from. */
function pullNew({image, title, place}: RunningService, images: Images): Resource {
  const {to = '', rebuild} = images[image] ?? {};
  return pulledImage({name: image, digest: rebuild?.base ?? to, title: `New image: ${title}`, place, needs: []});
}

function buildNew({image, title, place}: RunningService, images: Images, assets: Assets): readonly Resource[] {
  const {to = '', rebuild} = images[image] ?? {};
  if (rebuild === undefined) return [];
  const base = `${repositoryOf(image)}@${rebuild.base}`;
  const built = builtImage({
    name: to,
    base,
    packages: rebuild.packages,
    readScript: host => addProxy(host, assets('rebuild/upgrade.sh')),
    title: `Rebuilt image: ${title}`,
    place,
    needs: [pulledId(base)],
    news: rebuild.upgrades.map(describeUpgrade),
  });
  return [built];
}

/** Keeps the images from before this update, since a failed proof needs them; older ones are removed. */
function removeFormer(running: readonly RunningService[], images: UpdateRequest['images']): Resource {
  const published = Object.keys(images).map(repositoryOf);
  const repositories = new Set([...published, ...published.map(localRepositoryOf)]);
  const kept = new Set(Object.values(images).flatMap(({from, to, rebuild}) => [from, to, rebuild?.base]));
  return formerImages({
    title: 'Images of earlier updates',
    needs: running.map(({name}) => serviceId(name)),
    isKept: ({name, digest}) => !repositories.has(repositoryOf(name)) || kept.has(digest) || kept.has(name),
  });
}

/** Returns whether a change of an update waits for the end of all meetings. New images are pulled or built before. */
export function switchesImages(change: Change): boolean {
  return interruptsMeetings(change) || change.id.startsWith(imageId(''));
}
