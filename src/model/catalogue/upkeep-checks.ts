import type {Entry} from './entry.ts';

/** The checks of what an installation needs in the long run: room, memory, restarts, certificates in time, files as they were written. */
export const upkeepChecks = {
  'meet-certificate-days': {
    title: 'Days of the meeting certificate',
    place: 'nginx',
    isSoft: true,
    meaning: 'The certificate of the meeting domain ends soon, and should have been renewed by now.',
    remedy: 'Run `certbot renew` to see why the renewal fails, correct that, then run `jitsi-onebox apply`.',
  },
  'meet-certificate-chain': {
    title: 'Chain of the meeting certificate',
    place: 'nginx',
    meaning: 'The server does not send every certificate up to the authority, so some browsers and phones refuse it.',
    remedy: 'Let the site use fullchain.pem, not cert.pem: `jitsi-onebox apply` writes it so.',
  },
  'site-names': {
    title: 'Only one site for the meeting domain',
    place: 'nginx',
    meaning: 'Another site of nginx has the same name as the meeting page, so nginx may answer with the wrong one.',
    remedy: 'Remove the name from server_name in the other file, then reload nginx.',
  },
  'site-ports': {
    title: 'Ports of the sites of nginx',
    place: 'nginx',
    meaning:
      'A site of nginx asks for a port that it cannot have, so nginx or HAProxy may not start after the next boot.',
    remedy: 'Run `jitsi-onebox apply`: it moves the line to the port of nginx behind HAProxy.',
  },
  'turn-certificate-days': {
    title: 'Days of the relay certificate',
    place: 'turn',
    isSoft: true,
    meaning: 'The certificate of the relay ends soon, and should have been renewed by now.',
    remedy: 'Run `certbot renew` to see why the renewal fails, correct that, then run `jitsi-onebox apply`.',
  },
  'turn-certificate-chain': {
    title: 'Chain of the relay certificate',
    place: 'turn',
    meaning: 'The relay does not send every certificate up to the authority, so some browsers and phones refuse it.',
    remedy: 'Run `jitsi-onebox apply`: it copies fullchain.pem of the lineage for the relay.',
  },
  'turn-key': {
    title: 'Key of the relay',
    place: 'turn',
    meaning: 'The relay cannot read the key of its certificate, so nobody reaches it on port 443.',
    remedy: 'Run `jitsi-onebox apply`: it copies the key again, for the user of the relay alone.',
  },
  'turn-copy': {
    title: 'Certificate copy of the relay',
    place: 'turn',
    meaning: 'The relay uses an older certificate than the one that was renewed.',
    remedy:
      'Run `jitsi-onebox apply`: it copies the certificate. Then see why the deploy hook failed: `certbot renew --dry-run`.',
  },
  'container-restarts': {
    title: 'Containers that end by themselves',
    place: 'host',
    isSoft: true,
    meaning: 'Docker had to restart a container, because it had ended unexpectedly.',
    remedy: 'Look at `docker logs` of the container. With too little memory, the kernel ends it: see memory-kills.',
  },
  'service-restarts': {
    title: 'Services that end by themselves',
    place: 'host',
    isSoft: true,
    meaning: 'systemd had to restart a service, because it had ended unexpectedly.',
    remedy: 'Look at `journalctl -u NAME` of the service; `systemctl reset-failed NAME` resets the count.',
  },
  'start-at-boot': {
    title: 'Services that start at boot',
    place: 'host',
    meaning:
      'A service that the server needs does not start at boot, so a restart of this host ends all meetings for good.',
    remedy: 'Run `jitsi-onebox apply`: it enables the services again.',
  },
  'disk-space': {
    title: 'Space on the disks',
    place: 'host',
    isSoft: true,
    meaning: 'A file system is nearly full. Without space, containers, logs and renewals fail.',
    remedy: 'Free some space: `df -h` shows where, and `docker system df` and `journalctl --disk-usage` what takes it.',
  },
  'disk-inodes': {
    title: 'Files on the disks',
    place: 'host',
    isSoft: true,
    meaning: 'A file system can take only a few more files, however much space is free.',
    remedy: 'Find many small files with `du --inodes -x / | sort -n | tail`, and remove what nobody needs.',
  },
  'memory-free': {
    title: 'Free memory',
    place: 'host',
    isSoft: true,
    meaning: 'Hardly any memory is free, so the kernel may soon end the bridge in the middle of a meeting.',
    remedy: 'See what takes it with `ps aux --sort=-rss | head`, or give the machine more memory.',
  },
  'memory-kills': {
    title: 'Programs ended for lack of memory',
    place: 'host',
    isSoft: true,
    meaning: 'In the last seven days, the kernel ended a program because there was no memory left.',
    remedy: 'Give the machine more memory, or raise memory.videobridge or memory.jicofo if it was in a container.',
  },
  'managed-files': {
    title: 'Files as jitsi-onebox writes them',
    place: 'host',
    isSoft: true,
    meaning:
      'Files differ from what jitsi-onebox would write now: somebody changed them, or the settings have other consequences now.',
    remedy:
      'See the differences with `jitsi-onebox plan`. Take ours with `apply`, or keep yours with `doctor --keep PATH`.',
  },
  'pending-changes': {
    title: 'Nothing left to apply',
    place: 'host',
    isSoft: true,
    meaning: 'Something on this host is not as the settings say, or this version of jitsi-onebox sets it up otherwise.',
    remedy: 'See what with `jitsi-onebox plan`, and put it right with `jitsi-onebox apply`.',
  },
  'log-patterns': {
    title: 'Known faults in the logs',
    place: 'host',
    isSoft: true,
    meaning: 'The log of a service or container contains a message that means a known fault.',
    remedy: 'Follow the advice for the message.',
  },
  advisories: {
    title: 'Known security advisories',
    place: 'host',
    isSoft: true,
    meaning: 'A version in use here has a known security fault, and a newer version corrects it.',
    remedy: 'Packages: `apt-get update && apt-get upgrade`. Images: `jitsi-onebox update --now`.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
