import {type Definition, PLACE, RIGHT, type Service} from './definition.ts';
import {type Evidence, read, seen, stricter} from './evidence.ts';

/** A mistake in a definition, and what the container says when it therefore does not start. */
export type Refusal = {
  readonly mistake: string;
  readonly service: Service;
  readonly change: Partial<Definition>;
  readonly says: RegExp;
  readonly evidence: Evidence;
};

const without = (service: Service, variable: string): Partial<Definition> => {
  const {[variable]: _, ...environment} = RIGHT[service].environment;
  return {environment};
};

const JITSI = ['web', 'prosody', 'jicofo', 'jvb'] as const;
const JAVA = ['jicofo', 'jvb'] as const;

/** Every mistake that keeps a container from starting. */
export const REFUSALS: readonly Refusal[] = [
  {
    mistake: "jicofo's password is missing",
    service: 'jicofo',
    change: without('jicofo', 'JICOFO_AUTH_PASSWORD'),
    says: /FATAL ERROR: Jicofo auth password must be set/,
    evidence: read,
  },
  {
    mistake: "the bridge's password is missing",
    service: 'jvb',
    change: without('jvb', 'JVB_AUTH_PASSWORD'),
    says: /FATAL ERROR: JVB auth password must be set/,
    evidence: read,
  },
  {
    mistake: "jicofo's password is missing",
    service: 'prosody',
    change: without('prosody', 'JICOFO_AUTH_PASSWORD'),
    says: /FATAL ERROR: Jicofo auth password must be set/,
    evidence: read,
  },
  {
    mistake: "the bridge's password is missing",
    service: 'prosody',
    change: without('prosody', 'JVB_AUTH_PASSWORD'),
    says: /FATAL ERROR: JVB auth password must be set/,
    evidence: read,
  },
  ...JITSI.map(service => ({
    mistake: '/run is not exec',
    service,
    change: {run: 'size=32M,mode=1750,noexec,uid=1000,gid=1000'},
    says: /\/run\/s6\/basedir\/bin\/init: Permission denied/,
    evidence: read,
  })),
  ...JAVA.map(service => ({
    mistake: '/run has 16 MiB',
    service,
    change: {run: 'size=16M,mode=1750,exec,uid=1000,gid=1000'},
    says: /No space left on device/,
    evidence: stricter,
  })),
  ...JITSI.map(service => ({
    mistake: "/run is root's",
    service,
    change: {run: 'size=32M,mode=1750,exec'},
    says: /cannot create \/run\/test of writability: Permission denied/,
    evidence: seen,
  })),
  ...JITSI.map(service => ({
    mistake: 'the root is writable',
    service,
    change: {readOnly: false},
    says: /the root file system is writable/,
    evidence: stricter,
  })),
  ...JITSI.map(service => ({
    mistake: 'init: true',
    service,
    change: {init: true},
    says: /s6-overlay-suexec: fatal: can only run as pid 1/,
    evidence: read,
  })),
  {
    mistake: 'its volume is not writable',
    service: 'prosody',
    change: {volumes: [`${PLACE}/config:/config:ro`, `${PLACE}/unwritable:/var/lib/prosody`]},
    says: /directory '\/var\/lib\/prosody' is not writable by the container user \(uid 1000\)/,
    evidence: read,
  },
  {
    mistake: 'its volume is missing',
    service: 'prosody',
    change: {volumes: [`${PLACE}/config:/config:ro`]},
    says: /directory '\/var\/lib\/prosody' is not writable by the container user/,
    evidence: read,
  },
  {
    mistake: 'every capability is dropped',
    service: 'coturn',
    change: {capabilities: []},
    says: /operation not permitted/i,
    evidence: read,
  },
];
