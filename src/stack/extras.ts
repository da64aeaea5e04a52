import type {Resource} from '../model/resource.ts';
import {directoryId, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import type {Blueprint} from './blueprint.ts';
import {needsOf} from './container-users.ts';
import type {Service} from './service.ts';

const ports = {whiteboard: 8080, etherpad: 9001} as const;
type Extra = keyof typeof ports;

/** Returns the address of an extra among the containers. By its number: nginx would not start while a name does not resolve. */
const urlOf = ({network}: Blueprint, extra: Extra) => `http://${network[extra]}:${ports[extra]}`;

/** The variables that make the web container pass participants on to the extras. */
export function extraVariables(blueprint: Blueprint): Readonly<Record<string, string>> {
  const {extras} = blueprint;
  return {
    ...(extras.whiteboard && {WHITEBOARD_COLLAB_SERVER_URL_BASE: urlOf(blueprint, 'whiteboard')}),
    ...(extras.etherpad && {ETHERPAD_URL_BASE: urlOf(blueprint, 'etherpad')}),
  };
}

/** Lists the containers of the extras that are wanted. */
export function extraServices(blueprint: Blueprint): readonly Service[] {
  const {extras} = blueprint;
  return [...(extras.whiteboard ? [whiteboard(blueprint)] : []), ...(extras.etherpad ? [etherpad(blueprint)] : [])];
}

/** Passes drawings on among the participants of a meeting; keeps nothing. */
function whiteboard(blueprint: Blueprint): Service {
  return extraService(blueprint, {
    name: 'whiteboard',
    title: 'Whiteboard',
    environment: {PORT: String(ports.whiteboard)},
    volumes: [],
    // The image's own command compiles first, which writes into its root.
    command: ['node', 'dist/index.js'],
    // It has nothing to save, and ignores the request to stop.
    stopGracePeriod: '2s',
    directories: [],
    path: '/',
  });
}

const padDirectory = 'etherpad';
const pluginList = ({project}: Blueprint) => `${project.directory}/${padDirectory}/installed_plugins.json`;

/** Keeps the texts that participants write together. */
function etherpad(blueprint: Blueprint): Service {
  const {uid} = blueprint.users.extras;
  return extraService(blueprint, {
    name: 'etherpad',
    title: 'Etherpad',
    environment: {
      // The web container reports the participants' addresses.
      TRUST_PROXY: 'true',
      SUPPRESS_ERRORS_IN_PAD_TEXT: 'true',
      SKIN_NAME: 'colibris',
      SKIN_VARIANTS: 'super-light-toolbar super-light-editor light-background full-width-editor',
      // It asks nobody for updates, and has no metrics for strangers.
      UPDATES_TIER: 'off',
      ENABLE_METRICS: 'false',
    },
    volumes: [`./${padDirectory}:/opt/etherpad-lite/var`],
    directories: [{path: padDirectory, attributes: {mode: 0o700, uid, gid: uid}}],
    path: '/health',
    needs: [fileId(pluginList(blueprint))],
  });
}

type ExtraService = Pick<Service, 'title' | 'volumes' | 'directories'> & {
  readonly name: Extra;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly stopGracePeriod?: string;
  /** What its health check asks for. */
  readonly path: string;
  readonly needs?: readonly string[];
};

function extraService(blueprint: Blueprint, {path, needs = [], ...service}: ExtraService): Service {
  const {images, network, users} = blueprint;
  const {uid} = users.extras;
  // Their images have neither curl nor wget in common.
  const ask = `fetch('http://127.0.0.1:${ports[service.name]}${path}').then(({ok}) => process.exit(ok ? 0 : 1))`;
  return {
    ...service,
    place: 'web',
    image: images[service.name],
    address: network[service.name],
    user: `${uid}:${uid}`,
    ports: [],
    tmpfs: ['/tmp:size=64M,mode=1777,noexec'],
    healthcheck: ['node', '--eval', ask],
    reads: [],
    needs: [...needsOf(users.extras), ...needs],
  };
}

/** The files of the extras' containers. */
export function extraResources(blueprint: Blueprint): readonly Resource[] {
  const {extras, users, project} = blueprint;
  const {uid} = users.extras;
  if (!extras.etherpad) return [];
  return [
    file({
      path: pluginList(blueprint),
      title: 'Plugins of Etherpad',
      place: 'web',
      // Without the list, it looks for plugins with a package manager that wants to write into its root.
      content: '{"plugins":[]}\n',
      attributes: {mode: 0o600, uid, gid: uid},
      needs: [directoryId(`${project.directory}/${padDirectory}`)],
    }),
  ];
}
