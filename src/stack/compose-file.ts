import {createHash} from 'node:crypto';
import {isDeepStrictEqual} from 'node:util';
import {parseDocument, type ScalarTag, stringify, type Tags} from 'yaml';
import {type Definitions, digestLabel} from '../resources/compose.ts';
import type {Blueprint} from './blueprint.ts';
import {extraServices} from './extras.ts';
import {jicofo, prosody, videobridge, web} from './jitsi.ts';
import {processLimit} from './limits.ts';
import {composeNames, mark, networkName} from './names.ts';
import {quoteCompose, quoteEnvFile} from './quoting.ts';
import {isPassword, type Service} from './service.ts';
import {turn} from './turn.ts';

const header = `${mark}: change the settings with it, not this file.\n`;

/** Lists the containers in the order of the map. */
export function services(blueprint: Blueprint): readonly Service[] {
  const jitsi = [web(blueprint), prosody(blueprint), jicofo(blueprint), videobridge(blueprint)];
  const relay = blueprint.turnDomain === undefined ? [] : [turn(blueprint)];
  return [...jitsi, ...relay, ...extraServices(blueprint)];
}

/** Renders the compose file in the subset that compose v1 and v2 read alike. */
export function renderCompose(blueprint: Blueprint): string {
  const definitions = Object.fromEntries(
    services(blueprint).map(service => [service.name, labelled(blueprint, service)]),
  );
  const network = {driver: 'bridge', ipam: {driver: 'default', config: [{subnet: blueprint.network.subnet}]}};
  const options = {customTags: (tags: Tags) => [text, ...tags], aliasDuplicateObjects: false, lineWidth: 0};
  return header + stringify({services: definitions, networks: {[networkName]: network}}, options);
}

/**
 * Quotes every text: compose v1 reads YAML 1.1, where `8289:80` is a number and `no` is false. A password is written as the
 * variable that compose takes from .env.
 */
const text: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: value => typeof value === 'string' || isPassword(value),
  resolve: String,
  stringify({value}, {implicitKey}) {
    if (isPassword(value)) return `"\${${value.password}}"`;
    return implicitKey ? String(value) : quoteCompose(String(value));
  },
};

/** Renders the variables that all of Jitsi's containers read. */
export function environmentFile({timezone}: Blueprint): string {
  return `${header}TZ=${quoteEnvFile(timezone)}\n`;
}

function labelled(blueprint: Blueprint, service: Service): object {
  return {...define(blueprint, service), labels: {[digestLabel]: digest(blueprint, service)}};
}

/** Hashes a service's definition and everything it depends on; compose's own hash ignores env_file. */
export function digest(blueprint: Blueprint, service: Service): string {
  const shared = readsShared(service) ? environmentFile(blueprint) : '';
  const text = JSON.stringify([define(blueprint, service), shared, blueprint.network.subnet]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Neither coturn nor the extras need a TZ. */
const readsShared = ({name}: Service) => !['turn', 'whiteboard', 'etherpad'].includes(name);

function define({hasStartInterval, limits, engine}: Blueprint, service: Service): object {
  // Neither does a container of ours need a proxy, nor does compose ask it for the containers' own pages.
  const environment = {...Object.fromEntries(engine.proxies.map(name => [name, ''])), ...service.environment};
  return {
    image: service.image,
    restart: 'unless-stopped',
    read_only: true,
    user: service.user,
    // Their numbers are nobody's on the host already, and their files there belong to them.
    ...(engine.isRemapped && {userns_mode: 'host'}),
    cap_drop: ['ALL'],
    ...(service.capabilities && {cap_add: service.capabilities}),
    security_opt: ['no-new-privileges:true'],
    mem_limit: `${limits.memory[service.name]}m`,
    pids_limit: processLimit,
    tmpfs: service.tmpfs,
    ...(service.command && {command: service.command}),
    ...(service.stopGracePeriod && {stop_grace_period: service.stopGracePeriod}),
    ...(readsShared(service) && {env_file: ['.env_global']}),
    ...(Object.keys(environment).length > 0 && {environment}),
    ...(service.ports.length > 0 && {ports: service.ports}),
    ...(service.volumes.length > 0 && {volumes: service.volumes}),
    networks: {[networkName]: {ipv4_address: service.address, ...(service.aliases && {aliases: service.aliases})}},
    healthcheck: {
      test: ['CMD', ...service.healthcheck],
      interval: '10s',
      timeout: '10s',
      retries: 6,
      start_period: '120s',
      // Otherwise the first check runs after a whole interval, and dependent steps wait for it.
      ...(hasStartInterval && {start_interval: '1s'}),
    },
    logging: {driver: 'json-file', options: {'max-size': '10m', 'max-file': '3'}},
  };
}

type LabelledFile = {
  readonly services?: Readonly<Record<string, {readonly labels?: Readonly<Record<string, string>>}>>;
};

/** Returns where the definitions are, and how to recognize an edited one. */
export function definitionsOf(blueprint: Blueprint): Definitions {
  return {path: `${blueprint.project.directory}/${composeNames[0]}`, isEdited: findEdits(renderCompose(blueprint))};
}

/** Finds definitions that carry the right digest but differ: somebody edited them. An older release's carry another digest. */
function findEdits(right: string): Definitions['isEdited'] {
  return (service, text) => {
    if (text === right) return false;
    // Options of the user may make ours long.
    const limit = Math.max(largest, 3 * right.length);
    const [wanted, found] = [right, text].map(each => parseLimited(each, limit)?.services?.[service]);
    return found?.labels?.[digestLabel] === wanted?.labels?.[digestLabel] && !isDeepStrictEqual(found, wanted);
  };
}

// Almost three times the size of ours without options.
const largest = 16_384;

/** Parses YAML up to a length; undefined if the file was broken by hand, since the plan shows it as a difference anyway. */
export function parseLimited(text: string, limit = largest): LabelledFile | undefined {
  if (text.length > limit) return undefined;
  try {
    // Pretty errors search the text for each mistake again.
    const document = parseDocument(text, {prettyErrors: false, uniqueKeys: false});
    return document.errors.length > 0 ? undefined : document.toJS();
  } catch {
    return undefined;
  }
}
