import type {Entry} from './entry.ts';

/** The check of Jicofo's part in a call. */
export const conferenceCheck = {
  conference: {
    title: 'Conference of three participants',
    place: 'jicofo',
    meaning: 'Participants in one room are not connected with each other.',
    remedy:
      'Run `jitsi-onebox apply` on the host. If it changes nothing, look at `docker logs` of jicofo and videobridge there.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** The checks of audio and video without the relay. */
export const callChecks = {
  'media-port': {
    title: 'Direct audio and video',
    place: 'videobridge',
    meaning: 'The bridge cannot be reached directly: without the relay there is neither audio nor video.',
    remedy:
      'Run `jitsi-onebox status` on the host: it looks at the host first. If all is well there, forward the UDP port of the bridge (10000) in the router.',
  },
  'media-direct': {
    title: 'Audio directly through the bridge',
    place: 'videobridge',
    meaning: 'The bridge answers, but audio that one participant sends does not come out at another.',
    remedy:
      'Look at `docker logs` of the videobridge container. If it has no complaint, let the firewall of the router pass every packet of 10000/udp.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** The checks of audio and video through the relay. */
export const relayedCallChecks = {
  'turn-relay': {
    title: 'Audio and video through the relay',
    place: 'turn',
    meaning:
      'The relay does not reach the bridge, so participants behind strict firewalls have neither audio nor video.',
    remedy: 'Run `jitsi-onebox apply` on the host. If it changes nothing, look at `docker logs` of turn there.',
  },
  'media-relay': {
    title: 'Audio through the relay on port 443',
    place: 'turn',
    meaning:
      'The relay reaches the bridge, but audio that one participant sends through it does not come out at another.',
    remedy:
      'Look at `docker logs` of the turn and videobridge containers. If they have no complaint, see `iptables -S DOCKER-USER` for rules about UDP.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
