import type {Entry} from './entry.ts';

/** Problems that only a look at the machine and its surroundings shows, before the first change. */
export const lookProblems = {
  'debian-unknown': {
    title: 'System that was not tried',
    place: 'host',
    isSoft: true,
    meaning: 'This machine does not run Debian 12 or 13, so packages and settings may differ.',
    remedy: 'Use Debian 12 or 13.',
  },
  'architecture-unknown': {
    title: 'Processor without images',
    place: 'host',
    meaning: 'The images of the containers are not made for this processor, so they would not start.',
    remedy: 'Use a machine with an amd64 or arm64 processor.',
  },
  'few-processors': {
    title: 'One processor only',
    place: 'host',
    isSoft: true,
    meaning: 'This machine has one processor, which the bridge, the relay and the web server share.',
    remedy: 'Give the machine a second processor, or keep the meetings small.',
  },
  'authority-unreachable': {
    title: 'Certificate authority not reachable',
    place: 'internet',
    meaning: 'The certificate authority does not answer, or refuses to serve this host.',
    remedy: 'Check that this machine resolves and reaches the authority on port 443, or try again later.',
  },
  'merge-conflict': {
    title: 'Your changes do not fit',
    place: 'host',
    meaning: 'A file that you keep with changes of your own has to change in the same lines.',
    remedy: 'Take ours with `jitsi-onebox doctor --take PATH`, apply, then make your changes again and keep them.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
