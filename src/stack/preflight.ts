import type {Facts} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import {countOf, formatBytes} from '../model/words.ts';
import type {Blueprint, StackInput} from './blueprint.ts';
import {estimateCapacity, memoryWords, neededMemory} from './capacity.ts';
import {adviseOnEngine, findEngineObstacles} from './engine.ts';
import {publicPorts} from './host.ts';
import {adviseOnNetwork} from './network-advice.ts';
import {findListenConflicts} from './nginx-listens.ts';
import {adviseOnCertbots} from './other-certbots.ts';
import {findTakenPorts} from './ports.ts';
import {advise, describeBarrier, findBarriers, findCommand, type Group} from './reach.ts';
import {findFormerRelease} from './releases.ts';

/** Finds obstacles to a plan: ports in use, a foreign compose project, an unsafe directory, a release that is run in another way. */
export function findObstacles({
  blueprint,
  facts,
  inUse,
  takeOver,
  assets,
  former,
}: Pick<StackInput, 'facts' | 'inUse' | 'takeOver' | 'assets' | 'former'> & {
  blueprint: Blueprint;
}): readonly Problem[] {
  const isTakenOver = takeOver.includes('compose');
  const foreign = isTakenOver ? undefined : inUse.foreignCompose;
  const mixed = [isTakenOver ? undefined : inUse.override, former ? undefined : inUse.diversion].filter(
    each => each !== undefined,
  );
  return [
    ...findEngineObstacles(facts),
    ...findTakenPorts(blueprint, facts, [blueprint.project.name, ...(former ? [former.name] : [])]),
    ...findListenConflicts(blueprint, facts),
    ...(foreign === undefined ? [] : [foreignCompose(foreign)]),
    ...mixed.map(each => composeMixed(blueprint, each)),
    ...(inUse.exposure === undefined ? [] : [unsafeDirectory(blueprint, inUse.exposure)]),
    ...findFormerRelease(blueprint, assets),
  ];
}

/** Finds advice for the user: little memory, what the network does, a firewall that we do not manage. */
export function findAdvice(blueprint: Blueprint, facts: Facts): readonly Problem[] {
  return [
    ...adviseOnSystem(facts),
    ...adviseOnMemory(facts),
    ...adviseOnProcessors(facts),
    ...adviseOnNetwork(blueprint, facts),
    ...adviseOnFirewall(blueprint, facts),
    ...adviseOnEngine(facts),
    ...adviseOnCertbots(facts),
  ];
}

function adviseOnSystem({release, architecture}: Facts): readonly Problem[] {
  const {value} = release;
  const isTried = value === undefined || (value.id === 'debian' && ['12', '13'].includes(value.version));
  const isBuilt = architecture.value === undefined || ['amd64', 'arm64'].includes(architecture.value);
  return [
    ...(isTried
      ? []
      : [
          new Problem({
            code: 'debian-unknown',
            summary: `This machine runs ${value.name}; jitsi-onebox was tried on Debian 12 and 13.`,
            why: 'Packages, their names and their settings may differ, so a step may fail in the middle.',
            remedy: 'Use Debian 12 or 13, or try it on a machine that nothing depends on.',
          }),
        ]),
    ...(isBuilt
      ? []
      : [
          new Problem({
            code: 'architecture-unknown',
            summary: `This machine is ${architecture.value}; the images of the containers are made for amd64 and arm64.`,
            why: 'The containers would not start.',
            remedy: 'Use a machine of one of these architectures.',
          }),
        ]),
  ];
}

function adviseOnMemory({memory}: Facts): readonly Problem[] {
  if (memory.value === undefined || memory.value >= neededMemory.few) return [];
  return [
    new Problem({
      code: 'small-memory',
      summary: `This machine has ${formatBytes(memory.value)} of memory: ${memoryWords}.`,
      why: 'With less, the kernel may end the bridge in the middle of a meeting.',
      remedy: 'Give the machine more memory, or keep the meetings small.',
    }),
  ];
}

/** The bridge and the program that moves people between meetings are busy at the same time, when somebody comes. */
const leastCores = 2;

function adviseOnProcessors({cores}: Facts): readonly Problem[] {
  if (cores.value === undefined || cores.value >= leastCores) return [];
  const {video} = estimateCapacity({cores: cores.value});
  return [
    new Problem({
      code: 'few-processors',
      summary: `This machine has ${countOf(cores.value, 'processor')}; a meeting server needs ${leastCores}.`,
      why: `While the bridge is busy, the web server and the relay wait for it: sound stutters, and at most about ${video} people can use video.`,
      remedy: 'Give the machine a second processor, or keep the meetings small.',
    }),
  ];
}

/** Warns of the rules that stop participants, before anything is changed. */
function adviseOnFirewall(blueprint: Blueprint, {firewall, packetFilter}: Facts): readonly Problem[] {
  if (packetFilter.value !== undefined && blueprint.uplink !== undefined)
    return findBarriers(blueprint, packetFilter.value, firewall.value).map(warnOfBarrier);
  if (firewall.value !== 'nftables') return [];
  const rules = publicPorts(blueprint).map(({port, protocol}) => `${protocol} dport ${port} accept`);
  return [
    new Problem({
      code: 'firewall-rules',
      summary: 'A firewall (nftables) is active. jitsi-onebox does not change its rules.',
      remedy: `Add these rules: ${rules.join('; ')}; and if it drops forwarded packets: ct status dnat accept.`,
    }),
  ];
}

function warnOfBarrier(barrier: Group): Problem {
  const command = findCommand(barrier);
  return new Problem({
    code: 'firewall-rules',
    summary: `A rule of this host's packet filter is in the way: ${describeBarrier(barrier)}.`,
    why: 'The rules were read and a packet of a participant was simulated; nothing was sent.',
    remedy: advise(barrier),
    ...(command !== undefined && {command}),
  });
}

function foreignCompose(path: string): Problem {
  return new Problem({
    code: 'foreign-compose',
    summary: `${path} belongs to a foreign compose project.`,
    why: 'Its containers would mix with ours.',
    remedy:
      'Move it away, choose another directory with --set stack.directory=/srv/NAME, or replace it with --take-over compose (backed up).',
  });
}

function composeMixed({project: {directory}}: Blueprint, what: string): Problem {
  const isFile = what.startsWith('/');
  return new Problem({
    code: 'compose-mixed',
    summary: isFile
      ? `${what} is a file that compose mixes into the definitions of jitsi-onebox.`
      : `${what} in ${directory}/.env lets compose use something else than ${directory}/compose.yaml here.`,
    why: 'The plan would not show what runs, and no check and no undo would know of it.',
    remedy: isFile
      ? 'Give variables as options (README, section Options), and containers of your own a directory of their own. Then move the file away, or let --take-over compose replace it (backed up).'
      : `Remove that line from ${directory}/.env, then run jitsi-onebox again.`,
  });
}

function unsafeDirectory({project: {directory}}: Blueprint, reason: string): Problem {
  return new Problem({
    code: 'unsafe-directory',
    summary: `${directory} is no safe place for the containers: ${reason}.`,
    why: 'Anybody who can rename or empty a directory above it can replace passwords, configuration and accounts.',
    remedy:
      'Choose another directory with --set stack.directory=/srv/NAME; if a server is there now, uninstall it first.',
  });
}
