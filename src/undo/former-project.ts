import type {Resource} from '../model/resource.ts';
import type {RecordedProject, Snapshot} from '../model/snapshot.ts';
import {composeService, serviceId} from '../resources/compose-service.ts';
import {fileId} from '../resources/file.ts';
import {retiredProject, retiredProjectId} from '../resources/retired-project.ts';
import {readDigest} from '../stack/compose.ts';
import {networkName, turnHook} from '../stack/names.ts';
import {relayCertificate} from '../stack/turn.ts';

/** How things were, and what is going back to that. */
export type FormerState = {
  /** One run or several (`undo`), the installation but not what is the owner's (`uninstall`), all of it (`purge`). */
  readonly aim: 'undo' | 'uninstall' | 'purge';
  /** Everything as it was. */
  readonly kept: readonly Snapshot[];
  /** The compose files that are there now, by their paths. */
  readonly composeFiles: Readonly<Record<string, string>>;
};

/** No containers of the project's but those that it had. */
export function retireProject({name, was}: Snapshot, way: FormerState): Resource {
  const project = comesBack(was as RecordedProject, way);
  return retiredProject({
    name,
    was: project,
    network: networkName,
    needs: [],
    wasOurs: service => formerDigest(project, way, service) !== undefined,
    withVolumes: way.aim === 'purge',
  });
}

/**
 * The relay's copy of a certificate, made anew by the hook that is back in its place: what was copied then may be older by now than
 * what certbot has.
 */
export function relayCertificates(
  {was}: Snapshot,
  {aim, kept}: FormerState,
  pathIds: readonly string[],
): readonly Resource[] {
  const hook = kept.find(({thing, name}) => thing === 'path' && name === turnHook);
  const [, name] = /^name=(.+)$/m.exec(Buffer.from(hook?.bytes ?? []).toString()) ?? [];
  if (aim !== 'undo' || was.type !== 'project' || name === undefined) return [];
  return [relayCertificate({name, directory: was.directory, needs: pathIds})];
}

/** The services that ran, from the compose file that is back in its place. */
export function serviceResources(
  {name, was}: Snapshot,
  way: FormerState,
  pathIds: readonly string[],
): readonly Resource[] {
  if (was.type !== 'project') return [];
  const {directory, argv, running} = comesBack(was, way);
  const relay = `${directory}/turn/turnserver.conf`;
  return running.map(service =>
    composeService({
      project: {name, directory, argv},
      service,
      title: `${service}, as it was`,
      place: 'host',
      needs: [retiredProjectId(name), ...pathIds],
      digest: formerDigest(was, way, service),
      reads: service === 'turn' && pathIds.includes(fileId(relay)) ? [relay] : [],
    }),
  );
}

/** The ids of a project's containers, gone or as they were. */
export function listContainers({name, was}: Snapshot, way: FormerState): readonly string[] {
  return [retiredProjectId(name), ...(was.type === 'project' ? comesBack(was, way).running.map(serviceId) : [])];
}

/** An uninstallation leaves our files where somebody else's compose file was given up, so nothing can be started from that. */
function comesBack(was: RecordedProject, {aim}: FormerState): RecordedProject {
  return aim === 'uninstall' ? {...was, running: [], stopped: []} : was;
}

/** What the compose file said of a service; undefined where that was none of ours. */
function formerDigest(
  {directory}: RecordedProject,
  {kept, composeFiles}: FormerState,
  service: string,
): string | undefined {
  const path = `${directory}/compose.yaml`;
  const former = kept.find(each => each.thing === 'path' && each.name === path);
  const text = former ? former.bytes && Buffer.from(former.bytes).toString() : composeFiles[path];
  return text && readDigest(text, service);
}
