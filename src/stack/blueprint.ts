import type {Facts, FactValues} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import type {Settings} from '../model/settings/schema.ts';
import type {ComposeProject} from '../resources/compose-service.ts';
import {chooseCompose} from './compose-tool.ts';
import {isAtLeast} from './debian-version.ts';
import type {InUse} from './in-use.ts';
import {type Network, planNetwork} from './network.ts';
import {packagedVersions} from './packaged-versions.ts';
import type {Passwords} from './passwords.ts';

/** The settings with every `auto` decided for this host: all that the boxes of the stack are drawn from. */
export type Blueprint = {
  readonly domain: string;
  readonly contact: string;
  /** The relay's name; undefined while the relay is switched off. */
  readonly turnDomain: string | undefined;
  readonly authority: string;
  readonly publicAddress: string;
  readonly localAddress: string;
  /** Whether the kernel speaks IPv6. */
  readonly ipv6: boolean;
  readonly timezone: string;
  readonly ports: Settings['ports'];
  readonly images: Settings['images'];
  readonly memory: {readonly videobridge: string; readonly jicofo: string};
  readonly project: ComposeProject;
  readonly network: Network;
  readonly passwords: Passwords;
  /** Whether nginx has `http2 on;`, or still says it on the listen line: by the version that will be there. */
  readonly hasHttp2Directive: boolean;
  /** Whether Docker and compose can look more often while a container starts. */
  readonly hasStartInterval: boolean;
};

export type Surroundings = {
  readonly settings: Settings;
  readonly facts: Facts;
  readonly inUse: InUse;
  readonly passwords: Passwords;
};

/** Decides every `auto`; what cannot be detected stays as it is in use, and `warnings` says so. */
export function drawBlueprint(surroundings: Surroundings): {
  readonly blueprint: Blueprint;
  readonly warnings: readonly Problem[];
} {
  const {settings, facts, inUse, passwords} = surroundings;
  const warnings: Problem[] = [];
  const decide = <Name extends 'publicAddress' | 'localAddress'>(name: Name, chosen: string, key: string) => {
    if (chosen !== 'auto') return chosen;
    const {value} = facts[name];
    if (value !== undefined) return value;
    const kept = inUse[name];
    if (kept === undefined) throw undetected(name, key, facts);
    warnings.push(keeping({name, key, kept, facts}));
    return kept;
  };
  const blueprint: Blueprint = {
    domain: settings.domain,
    contact: settings.contact,
    turnDomain: settings.turn.enabled ? settings.turn.domain : undefined,
    authority: settings.acme.directory,
    publicAddress: decide('publicAddress', settings.address.public, 'address.public'),
    localAddress: decide('localAddress', settings.address.local, 'address.local'),
    ipv6: facts.ipv6.value ?? false,
    timezone: settings.timezone === 'auto' ? (facts.timezone.value ?? inUse.timezone ?? 'UTC') : settings.timezone,
    ports: settings.ports,
    images: settings.images,
    memory: decideMemory(settings, facts),
    project: chooseCompose(settings.stack.directory, facts),
    network: planNetwork({chosen: settings.stack.subnet, inUse: inUse.subnet, routes: facts.routes.value ?? []}),
    passwords,
    hasHttp2Directive: isAtLeast(packagedVersions(facts).nginx, [1, 25, 1]),
    hasStartInterval: canLookOften(facts),
  };
  return {blueprint, warnings};
}

/** Both have to know it: what one does not know it refuses. */
function canLookOften(facts: Facts): boolean {
  const packaged = packagedVersions(facts);
  const docker = facts.docker.value ?? packaged['docker.io'];
  const compose = facts.compose.value?.version ?? packaged['docker-compose'];
  return isAtLeast(docker, [25]) && isAtLeast(compose, [2, 20, 2]);
}

const mebibyte = 1024 * 1024;

/** A third and a sixth of the machine's memory for the two Java programs, within what they need and can use. */
function decideMemory({memory}: Settings, facts: Facts): Blueprint['memory'] {
  const installed = (facts.memory.value ?? 4096 * mebibyte) / mebibyte;
  const share = (part: number, least: number, most: number) =>
    `${Math.round(Math.min(most, Math.max(least, installed / part)))}m`;
  return {
    videobridge: memory.videobridge === 'auto' ? share(3, 512, 3072) : memory.videobridge,
    jicofo: memory.jicofo === 'auto' ? share(6, 384, 1024) : memory.jicofo,
  };
}

const words = {publicAddress: 'public address', localAddress: 'local address'} as const;

function undetected(name: keyof typeof words, key: string, facts: Facts): Problem {
  return new Problem({
    code: 'address-unknown',
    summary: `The ${words[name]} of this host could not be detected: ${reason(facts[name])}.`,
    remedy: `Say it yourself: --set ${key}=ADDRESS, or ${key} in the settings file.`,
  });
}

function keeping({
  name,
  key,
  kept,
  facts,
}: {
  name: keyof typeof words;
  key: string;
  kept: string;
  facts: Facts;
}): Problem {
  return new Problem({
    code: 'address-kept',
    summary: `The ${words[name]} of this host could not be detected (${reason(facts[name])}), so ${kept} stays in use.`,
    remedy: `Nothing, if it is still right; otherwise say it: --set ${key}=ADDRESS.`,
  });
}

const reason = (fact: Facts[keyof FactValues]) => ('reason' in fact ? fact.reason : 'nobody could say');
