import {RECIPES} from '../recipes.ts';

/** The parts of the stack. */
export type Service = 'web' | 'prosody' | 'jicofo' | 'jvb' | 'coturn';

/** A container as a compose file of ours defines it, with what a mistake may change. */
export type Definition = {
  readonly image: string;
  readonly readOnly: boolean;
  readonly init: boolean;
  readonly run: string;
  readonly capabilities: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly command: readonly string[];
};

/** Where the contract keeps its files in the guest. */
export const PLACE = '/var/tmp/jitsi-contract';
/** The network of the contract's containers, and the beginning of their names. */
export const PREFIX = 'jitsi-contract';
/** The bridge's password; any other is wrong. */
export const BRIDGE_PASSWORD = 'b41d9e';
/** Jicofo's password; any other is wrong. */
export const FOCUS_PASSWORD = 'f0c05a';

const imageOf = (name: string): string => {
  const recipe = RECIPES.find(({repository}) => repository.endsWith(`/${name}`));
  return `${recipe?.repository}:${recipe?.tags[0]}`;
};

const HARDENED = {
  readOnly: true,
  init: false,
  run: 'size=32M,mode=1750,exec,uid=1000,gid=1000',
  capabilities: [],
  environment: {},
  volumes: [`${PLACE}/config:/config:ro`],
  command: [],
};

/** Each service in its right form. */
export const RIGHT: Readonly<Record<Service, Definition>> = {
  web: {
    ...HARDENED,
    image: imageOf('web'),
    environment: {DISABLE_HTTPS: '1', ENABLE_IPV6: '0', PUBLIC_URL: 'https://meet.example.test'},
  },
  prosody: {
    ...HARDENED,
    image: imageOf('prosody'),
    environment: {ENABLE_IPV6: '0', JICOFO_AUTH_PASSWORD: FOCUS_PASSWORD, JVB_AUTH_PASSWORD: BRIDGE_PASSWORD},
    volumes: [...HARDENED.volumes, `${PLACE}/prosody:/var/lib/prosody`],
  },
  jicofo: {
    ...HARDENED,
    image: imageOf('jicofo'),
    environment: {JICOFO_AUTH_PASSWORD: FOCUS_PASSWORD, JICOFO_ENABLE_HEALTH_CHECKS: '1'},
  },
  jvb: {...HARDENED, image: imageOf('jvb'), environment: {JVB_AUTH_PASSWORD: BRIDGE_PASSWORD}},
  coturn: {
    ...HARDENED,
    image: imageOf('coturn'),
    run: 'size=16M',
    capabilities: ['NET_BIND_SERVICE'],
    volumes: [`${PLACE}/turn:/etc/coturn:ro`],
    command: ['-c', '/etc/coturn/turnserver.conf'],
  },
};

/** The docker command that starts a container in the background. */
export const startCommand = (
  name: string,
  definition: Definition,
  aliases: readonly string[] = [],
): readonly string[] => [
  'docker',
  'run',
  '--detach',
  `--name=${name}`,
  `--network=${PREFIX}`,
  ...aliases.map(alias => `--network-alias=${alias}`),
  ...(definition.readOnly ? ['--read-only'] : []),
  ...(definition.init ? ['--init'] : []),
  '--cap-drop=ALL',
  ...definition.capabilities.map(capability => `--cap-add=${capability}`),
  '--security-opt=no-new-privileges',
  `--tmpfs=/run:${definition.run}`,
  '--tmpfs=/tmp:size=16M,mode=1777,noexec',
  ...Object.entries(definition.environment).map(([key, value]) => `--env=${key}=${value}`),
  ...definition.volumes.map(volume => `--volume=${volume}`),
  definition.image,
  ...definition.command,
];
