import type {Entry} from './entry.ts';

/** The checks of Docker and its rules. */
export const dockerChecks = {
  'service-docker': {
    title: 'Docker service',
    place: 'host',
    meaning: 'docker.service is not active, so none of the containers of the meeting server runs.',
    remedy: 'Look at `journalctl -u docker.service`, then run `jitsi-onebox apply`.',
  },
  'docker-chains': {
    title: 'Docker port forwarding',
    place: 'host',
    meaning: "Docker's firewall rules are gone: packets do not reach the containers, or arrive with a wrong address.",
    remedy:
      'Run `jitsi-onebox apply`: it restarts Docker, or names the setting that prevents its rules. Load no firewall that flushes all rules.',
  },
  'packet-forwarding': {
    title: 'Packets to and from containers',
    place: 'host',
    meaning:
      'The kernel forwards no packets: participants do not reach the bridge, and containers do not reach the internet.',
    remedy:
      'Remove the setting that the evidence names, then run `sudo sysctl -w net.ipv4.ip_forward=1`. Docker needs it.',
  },
  'loopback-ports': {
    title: 'Internal ports stay internal',
    place: 'host',
    meaning: 'A port that is for this host only can be reached from elsewhere, or does not answer at all.',
    remedy: 'Run `jitsi-onebox apply`. Do not publish ports of the meeting containers in another way.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
