import {settingTable} from '../../../src/model/settings/schema.ts';

/** What one stand-in image is made of and what it promises to those who run it. */
export type Recipe = {
  readonly repository: string;
  readonly tags: readonly string[];
  /** Debian packages on top of the base. */
  readonly packages: readonly string[];
  /** Shell commands that finish the root once the packages are in. */
  readonly prepare: readonly string[];
  /** The module that is bundled as /init; coturn has upstream's plain entry point instead. */
  readonly program?: string;
  readonly user: string;
  readonly workingDirectory?: string;
  readonly entrypoint: string;
  readonly command: readonly string[];
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  /** Noise that weighs what upstream's archives weigh, so that a pull takes time and shows its progress. */
  readonly ballast: readonly {readonly path: string; readonly bytes: number}[];
};

const MEGABYTE = 1_000_000;
/** The release that is installed without another setting, and the one before it. */
const JITSI_TAGS = [settingTable['images.tag'].default, 'stable-11146-2'];
const JITSI = {
  tags: JITSI_TAGS,
  packages: [],
  prepare: [],
  user: 's6',
  entrypoint: '/init',
  command: [],
  ports: [],
  volumes: ['/config'],
  ballast: [],
} satisfies Partial<Recipe>;

const web: Recipe = {
  ...JITSI,
  repository: 'ghcr.io/jitsi/web',
  packages: ['nginx', 'openssl'],
  prepare: [
    'rm -rf /etc/nginx/conf.d/default.conf /var/lib/nginx',
    'ln -s /run/web/tmp /var/lib/nginx',
    'install -d -o 1000 -g 1000 /storage',
    'install -d -o 1000 -g 1000 /config /usr/share/jitsi-meet/transcripts',
  ],
  program: 'programs/web/init.ts',
  ports: ['8000/tcp', '8443/tcp'],
  volumes: ['/config', '/usr/share/jitsi-meet/transcripts'],
  ballast: [
    {path: '/usr/share/jitsi-meet/libs/external_api.min.js', bytes: 100_000},
    {path: '/usr/share/jitsi-meet/libs/app.bundle.min.js', bytes: 6 * MEGABYTE},
    {path: '/usr/share/jitsi-meet/libs/lib-jitsi-meet.min.js', bytes: MEGABYTE},
  ],
};

const prosody: Recipe = {
  ...JITSI,
  repository: 'ghcr.io/jitsi/prosody',
  packages: ['lua5.4', 'lua-sec', 'lua-unbound', 'openssl', 'prosody'],
  prepare: [
    'rm -rf /etc/prosody',
    'install -d -o 1000 -g 1000 /config /prosody-plugins-custom',
    'chown 1000:1000 /var/lib/prosody',
  ],
  program: 'programs/prosody/init.ts',
  ports: ['5222/tcp', '5280/tcp'],
  volumes: ['/config', '/prosody-plugins-custom'],
  ballast: [{path: '/prosody-plugins-contrib/ballast', bytes: 3 * MEGABYTE}],
};

const jicofo: Recipe = {
  ...JITSI,
  repository: 'ghcr.io/jitsi/jicofo',
  prepare: ['install -d -o 1000 -g 1000 /config'],
  program: 'programs/jicofo/init.ts',
  ballast: [{path: '/usr/share/jicofo/lib/ballast', bytes: 8 * MEGABYTE}],
};

/** As large as the native library that the real bridge unpacks into /run/jvb/tmp at each start. */
const NATIVE_LIBRARY_BYTES = 16_284_272;

const jvb: Recipe = {
  ...JITSI,
  repository: 'ghcr.io/jitsi/jvb',
  packages: ['iproute2'],
  prepare: ['install -d -o 1000 -g 1000 /config'],
  program: 'programs/jvb/init.ts',
  ballast: [{path: '/usr/share/jitsi-videobridge/lib/native', bytes: NATIVE_LIBRARY_BYTES}],
};

const coturn: Recipe = {
  repository: 'ghcr.io/coturn/coturn',
  tags: ['4.17.0-r0'],
  packages: ['coturn', 'libcap2-bin'],
  prepare: [
    'setcap CAP_NET_BIND_SERVICE=+ep /usr/bin/turnserver',
    'rm -rf /etc/turnserver.conf /etc/default/coturn /etc/coturn /var/lib/coturn',
    'mv /var/lib/turn /var/lib/coturn && ln -s coturn /var/lib/turn',
    'chown -R nobody:nogroup /var/lib/coturn',
    'install -d /etc/coturn && ln -s coturn/turnserver.conf /etc/turnserver.conf',
    'ln -s detect-external-ip.sh /usr/local/bin/detect-external-ip',
  ],
  user: 'nobody:nogroup',
  entrypoint: 'docker-entrypoint.sh',
  command: ['--log-file=stdout', '--external-ip=$(detect-external-ip)'],
  ports: ['3478/tcp', '3478/udp', '5349/tcp', '5349/udp'],
  volumes: ['/var/lib/coturn'],
  ballast: [{path: '/usr/share/coturn/ballast', bytes: 4 * MEGABYTE}],
};

const whiteboard: Recipe = {
  repository: 'jitsi/excalidraw-backend',
  tags: [tagOf(settingTable['images.whiteboard'].default)],
  packages: [],
  prepare: ['install -d /excalidraw-backend/dist', 'ln -s /init /excalidraw-backend/dist/index.js'],
  program: 'programs/whiteboard/init.ts',
  user: 'root',
  workingDirectory: '/excalidraw-backend',
  // As upstream's entry point, it runs what it is given.
  entrypoint: '/usr/bin/env',
  command: ['npm', 'start'],
  ports: ['80/tcp', '9090/tcp'],
  volumes: [],
  ballast: [{path: '/excalidraw-backend/node_modules/ballast', bytes: MEGABYTE}],
};

const etherpad: Recipe = {
  repository: 'ghcr.io/ether/etherpad',
  tags: [tagOf(settingTable['images.etherpad'].default)],
  packages: [],
  prepare: ['install -d -o 5001 /opt/etherpad-lite/var'],
  program: 'programs/etherpad/init.ts',
  user: '5001:0',
  workingDirectory: '/opt/etherpad-lite',
  entrypoint: '/init',
  command: [],
  ports: ['9001/tcp'],
  volumes: [],
  ballast: [{path: '/opt/etherpad-lite/src/node_modules/ballast', bytes: MEGABYTE}],
};

/** Every image of the stack. */
export const RECIPES: readonly Recipe[] = [web, prosody, jicofo, jvb, coturn, whiteboard, etherpad];

function tagOf(image: string): string {
  return image.slice(image.lastIndexOf(':') + 1);
}
