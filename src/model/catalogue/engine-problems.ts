import type {Entry} from './entry.ts';

/** Problems with the container engine that is here. */
export const engineProblems = {
  'engine-unsupported': {
    title: 'Docker that cannot run the containers',
    place: 'host',
    meaning: 'podman, a snap, or another kind of Docker is in the place of Docker. A second one beside it would clash.',
    remedy: 'Remove it as the problem says, or use another machine.',
  },
  'engine-configuration': {
    title: 'Settings of Docker not readable',
    place: 'host',
    meaning: 'The file with the settings of Docker is broken, so Docker does not start the next time.',
    remedy: 'Correct the file that the problem names; `dockerd --validate --config-file FILE` shows the place.',
  },
  'engine-without-rules': {
    title: 'Docker without packet rules',
    place: 'host',
    meaning: 'A setting of Docker keeps it from making packet rules, so no address of a participant is preserved.',
    remedy: 'Remove `iptables: false` from the settings of Docker, then restart it.',
  },
  'engine-elsewhere': {
    title: 'Docker commands go to another host',
    place: 'host',
    isSoft: true,
    meaning: 'A context or DOCKER_HOST points the docker commands of root to another host. jitsi-onebox uses this one.',
    remedy: 'Nothing. To see the containers yourself, use `docker --host unix:///var/run/docker.sock ps`.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
