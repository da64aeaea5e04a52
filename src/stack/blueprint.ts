import type {Facts, FactValues} from '../model/facts.ts';
import {findUplink, hasIpv6Only, ipv4Needed, listUsableIpv6} from '../model/interfaces.ts';
import {Problem} from '../model/problem.ts';
import type {Settings} from '../model/settings/schema.ts';
import {isAtLeast} from '../model/version.ts';
import type {ComposeProject} from '../resources/compose.ts';
import type {FileMoves} from '../resources/moved-listens.ts';
import type {Branding} from './branding/files.ts';
import type {FoundBranding} from './branding/read.ts';
import {type ContainerUsers, chooseUsers} from './container-users.ts';
import {type EngineNeeds, findEngineNeeds} from './engine.ts';
import type {FormerProject} from './former-project.ts';
import type {FormerVariables} from './former-variables.ts';
import type {InUse} from './in-use.ts';
import {chooseLimits, type Limits} from './limits.ts';
import {type MetricsOffer, planMetrics} from './metrics/offer.ts';
import type {TakeOver} from './names.ts';
import {type Network, planNetwork} from './network.ts';
import {chooseGroup, chooseLayout, debianLayout, isOwnSite, neededBucket, type SiteLayout} from './nginx-layout.ts';
import {planFileMoves} from './nginx-listens.ts';
import {type Options, readOptions} from './options.ts';
import type {Passwords} from './passwords.ts';
import {type People, planPeople} from './people.ts';
import {choosePreference} from './return-rule.ts';
import {domainOfFile, listNames, readSites, type Site} from './sites/site.ts';
import type {Assets} from './template.ts';
import {chooseCompose, hasStartInterval, packagedVersions} from './versions.ts';

/** Everything that the stack follows from. */
export type StackInput = {
  readonly settings: Settings;
  /** The text of the settings file to save. */
  readonly document: string;
  readonly facts: Facts;
  readonly inUse: InUse;
  readonly branding: FoundBranding;
  readonly passwords: Passwords;
  readonly assets: Assets;
  readonly takeOver: readonly TakeOver[];
  /** The foreign project that is taken over. */
  readonly former?: FormerProject | undefined;
  /** The variables that its containers share. */
  readonly formerVariables?: FormerVariables | undefined;
};

/** The settings with every `auto` resolved for this host. Each box of the stack is drawn from it. */
export type Blueprint = {
  readonly domain: string;
  readonly contact: string;
  /** The relay's domain; undefined if the relay is switched off. */
  readonly turnDomain: string | undefined;
  readonly authority: string;
  /** The account at the authority, or `auto`. */
  readonly account: string;
  /** Whether orders at the authority are rehearsed first. */
  readonly rehearses: boolean;
  readonly publicAddress: string;
  readonly localAddress: string;
  /** Whether another public address is noticed. */
  readonly followsAddress: boolean;
  /** The IPv6 addresses that names of this host may have. */
  readonly usableIpv6: readonly string[];
  /** The resolvers of the internet. */
  readonly resolvers: readonly string[];
  /** The interface on which participants' packets arrive; undefined if it is not known. */
  readonly uplink: string | undefined;
  /** The number of our routing rule. */
  readonly preference: number;
  /** Whether the kernel has IPv6. */
  readonly ipv6: boolean;
  readonly timezone: string;
  readonly ports: Settings['ports'];
  readonly images: Settings['images'];
  readonly memory: {readonly videobridge: string; readonly jicofo: string};
  readonly limits: Limits;
  readonly project: ComposeProject;
  readonly network: Network;
  readonly branding: Branding;
  readonly options: Options;
  /** Other sites on this host. */
  readonly sites: readonly Site[];
  /** The domains of sites of ours that nginx has, and no setting names any more. */
  readonly formerSites: readonly string[];
  /** Foreign sites that move from HAProxy's port to nginx's. */
  readonly moved: readonly FileMoves[];
  readonly extras: Settings['extras'];
  readonly people: People;
  readonly backup: Settings['backup'];
  readonly passwords: Passwords;
  /** The users that the containers run as. */
  readonly users: ContainerUsers;
  /** Where nginx reads our sites from. */
  readonly layout: SiteLayout;
  /** The group of nginx's workers. */
  readonly nginxGroup: string;
  /** The size of nginx's table of names, if ours need another one than the default and nobody else sets it. */
  readonly namesBucket: number | undefined;
  /** Whether nginx is about to be installed, with a default site that needs the IPv6 that this kernel does not have. */
  readonly isFirstWithoutIpv6: boolean;
  /** Whether nginx has `http2 on;`; older versions want it on the listen line. */
  readonly hasHttp2Directive: boolean;
  /** Whether Docker and compose can check a container more often while it starts. */
  readonly hasStartInterval: boolean;
  /** How metrics are offered; undefined if nobody asked for them. */
  readonly metrics: MetricsOffer | undefined;
  /** What the settings of the Engine mean for containers. */
  readonly engine: EngineNeeds;
};

/** Resolves every `auto`. An address that cannot be detected stays as it is in use, with a warning. */
export function drawBlueprint(
  input: Pick<StackInput, 'settings' | 'facts' | 'inUse' | 'branding' | 'passwords' | 'assets'>,
): {
  readonly blueprint: Blueprint;
  readonly warnings: readonly Problem[];
} {
  const {settings, facts, inUse, branding, passwords} = input;
  const warnings: Problem[] = [];
  const choose = (address: Address, setting: string) => {
    if (setting !== 'auto') return setting;
    const {value} = facts[address];
    if (value !== undefined) return value;
    const inUseNow = inUse[address];
    if (inUseNow === undefined) throw addressUnknown(address, facts);
    warnings.push(addressKept(address, inUseNow, facts));
    return inUseNow;
  };
  const publicAddress = choose('publicAddress', settings.address.public);
  const localAddress = choose('localAddress', settings.address.local);
  const memory = chooseMemory(settings, facts);
  const blueprint: Blueprint = {
    domain: settings.domain,
    contact: settings.contact,
    turnDomain: settings.turn.enabled ? settings.turn.domain : undefined,
    authority: settings.acme.directory,
    account: settings.acme.account,
    rehearses: settings.acme.rehearse,
    publicAddress,
    localAddress,
    followsAddress: settings.address.changes !== 'off',
    usableIpv6: listUsableIpv6(facts),
    resolvers: settings.detection.resolvers,
    uplink: findUplink(facts, localAddress),
    preference: choosePreference(facts, settings.ports.https),
    ipv6: facts.ipv6.value ?? false,
    timezone: settings.timezone === 'auto' ? (facts.timezone.value ?? inUse.timezone ?? 'UTC') : settings.timezone,
    ports: settings.ports,
    images: settings.images,
    memory,
    limits: chooseLimits(settings, facts, memory),
    project: chooseCompose(settings.stack.directory, facts),
    network: planNetwork({chosen: settings.stack.subnet, inUse: inUse.subnet, routes: facts.routes.value ?? []}),
    branding,
    options: readOptions(settings.options, input.assets),
    extras: settings.extras,
    people: planPeople(settings),
    backup: settings.backup,
    passwords,
    users: chooseUsers(inUse.accounts, inUse.owner, inUse.extrasOwner),
    ...planNginx(settings, facts, inUse),
    hasHttp2Directive: isAtLeast(packagedVersions(facts).nginx, [1, 25, 1]),
    hasStartInterval: hasStartInterval(facts),
    metrics: planMetrics(settings.metrics, facts.ipv6.value ?? false),
    engine: findEngineNeeds(facts),
  };
  return {blueprint, warnings};
}

function planNginx(settings: Settings, facts: Facts, inUse: InUse) {
  const {domain, turn} = settings;
  const {nginxLayout, nginxSites, ipv6} = facts;
  const sites = readSites(settings);
  const names = listNames({domain, turnDomain: turn.enabled ? turn.domain : undefined, sites});
  const known = (nginxSites.value ?? []).flatMap(({file}) => domainOfFile(file) ?? []);
  const layout = chooseLayout(facts, inUse) ?? debianLayout;
  const set = nginxLayout.value?.bucketSize;
  const isSet = set !== undefined && !isOwnSite(set.file);
  return {
    layout,
    nginxGroup: chooseGroup(facts),
    sites,
    moved: planFileMoves(settings.ports.https, facts),
    formerSites: [...new Set(known)].filter(name => !names.includes(name)),
    namesBucket: isSet ? undefined : neededBucket(names),
    isFirstWithoutIpv6: nginxLayout.value === null && ipv6.value === false && layout.available !== undefined,
  };
}

const mebibyte = 1024 * 1024;

/** Gives the bridge a third and Jicofo a sixth of the memory, within what the two Java programs need and can use. */
function chooseMemory({memory}: Settings, facts: Facts): Blueprint['memory'] {
  const installed = (facts.memory.value ?? 4096 * mebibyte) / mebibyte;
  const share = (part: number, least: number, most: number) =>
    `${Math.round(Math.min(most, Math.max(least, installed / part)))}m`;
  return {
    videobridge: memory.videobridge === 'auto' ? share(3, 512, 3072) : memory.videobridge,
    jicofo: memory.jicofo === 'auto' ? share(6, 384, 1024) : memory.jicofo,
  };
}

type Address = 'publicAddress' | 'localAddress';
const words = {publicAddress: 'public address', localAddress: 'local address'} as const;
const keys = {publicAddress: 'address.public', localAddress: 'address.local'} as const;

function addressUnknown(address: Address, facts: Facts): Problem {
  if (hasIpv6Only(facts))
    return new Problem({code: 'address-unknown', summary: 'This host has IPv6 only.', remedy: ipv4Needed});
  return new Problem({
    code: 'address-unknown',
    summary: `The ${words[address]} of this host could not be detected: ${reason(facts[address])}.`,
    remedy: `Set it explicitly: --set ${keys[address]}=ADDRESS, or ${keys[address]} in the settings file.`,
  });
}

function addressKept(address: Address, inUse: string, facts: Facts): Problem {
  return new Problem({
    code: 'address-kept',
    summary: `The ${words[address]} of this host could not be detected (${reason(facts[address])}), so ${inUse} stays in use.`,
    remedy: `Nothing if it is still right. Otherwise set it explicitly: --set ${keys[address]}=ADDRESS.`,
  });
}

const reason = (fact: Facts[keyof FactValues]) => ('reason' in fact ? fact.reason : 'no reason was given');
