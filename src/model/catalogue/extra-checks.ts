import type {Entry} from './entry.ts';

/** The checks of what is not needed for meetings. */
export const extraChecks = {
  'container-whiteboard': {
    title: 'Whiteboard container',
    place: 'web',
    meaning: 'The container of the whiteboard is not running or not healthy.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `docker logs` of the whiteboard container.',
  },
  'container-etherpad': {
    title: 'Etherpad container',
    place: 'web',
    meaning: 'The container of Etherpad is not running or not healthy.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `docker logs` of the etherpad container.',
  },
  whiteboard: {
    title: 'Whiteboard on port 443',
    place: 'web',
    meaning: 'The whiteboard does not answer where participants look for it, so drawings reach nobody.',
    remedy:
      'Look at `jitsi-onebox logs web`, then run `jitsi-onebox apply`, or switch it off: --set extras.whiteboard=false.',
  },
  etherpad: {
    title: 'Shared text on port 443',
    place: 'web',
    meaning: 'Etherpad does not answer where participants look for it.',
    remedy:
      'Look at `jitsi-onebox logs web`, then run `jitsi-onebox apply`, or switch it off: --set extras.etherpad=false.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
