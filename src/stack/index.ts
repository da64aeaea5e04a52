import type {Check} from '../model/check.ts';
import type {Facts} from '../model/facts.ts';
import type {MapData} from '../model/map.ts';
import type {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import type {Settings} from '../model/settings/schema.ts';
import type {Forward} from '../model/ui.ts';
import {keepFiles} from '../resources/kept-file.ts';
import {directoryId, file} from '../resources/path.ts';
import {followingResources} from './address/units.ts';
import {backupResources} from './backup-schedule.ts';
import {type Blueprint, drawBlueprint, type StackInput} from './blueprint.ts';
import {brandingResources} from './branding/resources.ts';
import {adviseOnLineages, certificateResources} from './certificates.ts';
import {hostChecks} from './checks/registry.ts';
import {composeResources} from './compose.ts';
import {services} from './compose-file.ts';
import {accountResources} from './container-accounts.ts';
import {adviseOnUsers, userResources} from './container-users.ts';
import {extraResources} from './extras.ts';
import {explainFormerVariables} from './former-variables.ts';
import {haproxyResources} from './haproxy.ts';
import {hostResources, listForwards, listPackages} from './host.ts';
import {webResources} from './jitsi.ts';
import {drawMap} from './map.ts';
import {metricsResources} from './metrics/units.ts';
import {mmproxyResources} from './mmproxy.ts';
import {drawLeftSites} from './moved-sites.ts';
import {ownDirectory, settingsPath} from './names.ts';
import {nginxResources} from './nginx.ts';
import {findLayoutProblems} from './nginx-layout.ts';
import {explainReplacement, warnOfUnfit} from './passwords.ts';
import {warnOfRooms} from './people.ts';
import {findAdvice, findObstacles} from './preflight.ts';
import {adviseOnRelease} from './releases.ts';
import {findRouterPlace, routerResources} from './router.ts';
import {findSiteConflicts} from './sites/problems.ts';
import {listNames} from './sites/site.ts';
import type {Room} from './space.ts';
import {takeOverProject} from './take-over.ts';
import {turnResources} from './turn.ts';
import {updateResources} from './updates/units.ts';
import {watchResources} from './watching/units.ts';

export {readAccountUri as readCertbotAccount} from '../resources/certbot-account.ts';
export {type KeepableFile, listKeepable} from '../resources/kept-file.ts';
export {type Accounts, openAccounts} from './accounts.ts';
export {drawAddressChange} from './address/draw.ts';
export {findFollowingFaults} from './address/faults.ts';
export {
  type AddressNotice,
  describeAddress,
  describeOpenChange,
  nextAttempt,
  readAddressNotice,
  writeAddressNotice,
} from './address/notice.ts';
export {namesToFollow, publishAddress} from './address/publish.ts';
export {type BackupParts, findBackupPaths, listBackupParts, listBackupPaths} from './backup.ts';
export {judgeMembers, type LeftOut, type Member} from './backup-members.ts';
export {nameBackup, sortBackups, warnOfBackups} from './backup-schedule.ts';
export type {StackInput} from './blueprint.ts';
export {readBranding} from './branding/read.ts';
export {checksFromElsewhere} from './checks/registry.ts';
export {withoutTakenEngine} from './engine.ts';
export {explainLeft, listFindings} from './fixes.ts';
export {adoptEnvironment, findLeftProject, readFormerProject} from './former-project.ts';
export {addFormerVariables, readFormerVariables} from './former-variables.ts';
export {type InUse, isInstalled, readInUse} from './in-use.ts';
export {followLogs, readLogs} from './logs.ts';
export {judgeLooks, listSubjects, withoutConsequences} from './looks.ts';
export {sketchMap} from './map.ts';
export {describeMeetings, findMeetings, interruptsMeetings, nameMeetings, warnOfInterruption} from './meetings.ts';
export {collectMetrics} from './metrics/collect.ts';
export {programDirectory, settingsPath, type TakeOver} from './names.ts';
export {listOrdered, warnOfNames} from './names-in-dns.ts';
export {isOwnSite} from './nginx-layout.ts';
export {warnOfLimits} from './order-limits.ts';
export {completePasswords, type PasswordName, type Passwords} from './passwords.ts';
export {planPeople} from './people.ts';
export {findForeignLine} from './renewal-file.ts';
export {explainRestore, findBrokenRestore, markRestore, readRestore, removeRestore} from './restore-mark.ts';
export {findSecretFileFault} from './root-only.ts';
export {findRouterPlace} from './router.ts';
export {renewForwards, type SeenForward, seeForwards} from './router-renewal.ts';
export {warnOfServices} from './services.ts';
export {lookAtSites, type SiteStatus} from './sites/look.ts';
export {findUnreadableRoots, warnOfSilence} from './sites/problems.ts';
export {findSmallDisk, type Room} from './space.ts';
export {makeToken} from './token.ts';
export {readTokenSecret} from './token-secret.ts';
export {hasFreePort} from './trial/ports.ts';
export {drawUpdate, switchesImages} from './updates/draw.ts';
export {findNews, type ImageNews, listImages, type UpdateNews} from './updates/news.ts';
export {describeNotice, findFailed, hasSameTargets, type Notice, readNotice, writeNotice} from './updates/notice.ts';
export {describeRefusal, readRefusal} from './updates/program.ts';
export {findLackOfRoom, needOf} from './updates/pull-size.ts';
export {describeUpgrade} from './updates/upgrades.ts';
export {chooseCompose, projectNameOf} from './versions.ts';
export {confirm, describeChanges, findChanged, judgeRound, remember} from './watching/compare.ts';
export {type Outbox, queue, readOutbox, writeOutbox} from './watching/outbox.ts';
export {readWatched, type Watched, writeWatched} from './watching/record.ts';
export {findSecretFaults, readNotifySecrets} from './watching/secret-file.ts';

/** Everything that follows from the input: resources, checks, and problems that prevent an installation. */
export type Stack = {
  readonly blueprint: Blueprint;
  readonly facts: Facts;
  /** The codes of the findings that the user accepted. */
  readonly accepted: Settings['accepted'];
  readonly resources: readonly Resource[];
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** The packages and images that it needs, and where there is room for them. */
  readonly room: Room;
  /** The forwards that the router needs; none if there is no router. */
  readonly forwards: readonly Forward[];
  readonly map: MapData;
  readonly updates: Settings['updates'];
  readonly address: Settings['address'];
};

/** Draws the stack for one host. Pure: the same input gives the same stack. */
export function drawStack(input: StackInput): Stack {
  const {facts, assets, takeOver} = input;
  const {blueprint, warnings} = drawBlueprint(input);
  // Resources that come first start first, and Docker and its images take longest.
  const drawn = [
    ...hostResources(blueprint, facts, input),
    ...userResources(blueprint.users, {
      hasRelay: blueprint.turnDomain !== undefined,
      hasExtras: blueprint.extras.whiteboard || blueprint.extras.etherpad,
    }),
    ...composeResources(blueprint),
    ...accountResources(blueprint),
    ...webResources(blueprint, assets),
    ...brandingResources(blueprint, assets),
    ...turnResources(blueprint, assets),
    ...extraResources(blueprint),
    ...nginxResources(blueprint, assets),
    ...certificateResources(blueprint, assets),
    ...mmproxyResources(blueprint, assets),
    ...haproxyResources(blueprint, assets, {takeOver: takeOver.includes('haproxy')}),
    ...drawLeftSites(blueprint),
    ...updateResources(input.settings.updates, assets),
    ...backupResources(input.settings.backup, assets),
    ...watchResources(input.settings.watch, assets),
    ...metricsResources(blueprint, assets),
    ...routerResources(blueprint, input),
    ...followingResources(input.settings, assets),
    savedSettings(input.document),
  ];
  const all = takeOver.includes('compose') ? takeOverProject(drawn, blueprint, input.former) : drawn;
  const resources = keepFiles(all, input.settings.kept);
  return {
    blueprint,
    facts,
    accepted: input.settings.accepted,
    resources,
    checks: hostChecks(
      blueprint,
      {resources, assets, accepted: input.settings.accepted},
      {facts, router: findRouterPlace(blueprint, input.settings, facts)},
    ),
    problems: [
      ...findObstacles({...input, blueprint}),
      ...findLayoutProblems(listNames(blueprint), facts),
      ...findSiteConflicts(blueprint, facts),
      ...input.branding.problems,
    ],
    warnings: [
      ...warnings,
      ...explainFormerVariables(input.formerVariables),
      ...warnOfRooms(input.inUse.rooms, blueprint.people),
      ...explainReplacement(blueprint.passwords, blueprint.project.directory),
      ...warnOfUnfit(blueprint.passwords, blueprint.project.directory),
      ...adviseOnUsers(blueprint.users, input.inUse.accounts, blueprint.project),
      ...findAdvice(blueprint, facts),
      ...adviseOnLineages(blueprint, facts),
      ...adviseOnRelease(blueprint, assets),
    ],
    room: {
      spaces: facts.spaces.value,
      packages: listPackages(facts),
      images: services(blueprint).map(({image}) => image),
    },
    forwards: listForwards(blueprint),
    updates: input.settings.updates,
    address: input.settings.address,
    map: drawMap({...blueprint, hasRelay: blueprint.turnDomain !== undefined}),
  };
}

function savedSettings(content: string): Resource {
  return file({
    path: settingsPath,
    title: 'Settings',
    place: 'host',
    content,
    // The address of a web hook lets everybody who knows it write there. The plan, which only root reads, shows the text.
    attributes: {mode: 0o600, uid: 0, gid: 0},
    showsText: true,
    needs: [directoryId(ownDirectory)],
  });
}
