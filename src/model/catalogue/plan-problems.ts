import {engineProblems} from './engine-problems.ts';
import type {Entry} from './entry.ts';
import {followingProblems} from './following-problems.ts';
import {secretProblems} from './secret-problems.ts';
import {uninstallProblems} from './uninstall-problems.ts';

/** Problems that a plan shows: obstacles to it, and warnings. */
export const planProblems = {
  'address-unknown': {
    title: 'Address not detected',
    place: 'router',
    meaning: 'The public or the local address of this host could not be detected, and no setting contains it.',
    remedy: 'Set it explicitly: --set address.public=ADDRESS or --set address.local=ADDRESS.',
  },
  'address-kept': {
    title: 'Address not detected, previous one kept',
    place: 'router',
    meaning:
      'The public or the local address of this host could not be detected, so the previous address stays in use.',
    remedy: 'If the address has changed, set it explicitly: --set address.public=ADDRESS.',
  },
  'rooms-change': {
    title: 'Other people may open rooms',
    place: 'prosody',
    meaning: 'The setting rooms changes. Running meetings end, because every participant has to log in again.',
    remedy: 'Choose a quiet moment, or use `jitsi-onebox apply --when-idle`.',
  },
  'name-elsewhere': {
    title: 'Domain not on this host',
    place: 'router',
    isSoft: true,
    meaning: 'A domain resolves to an address that is not the public one of this host, alone or besides it.',
    remedy: 'Correct its A and AAAA records in the DNS. A new entry may take an hour to arrive everywhere.',
  },
  ...followingProblems,
  'order-limited': {
    title: 'Limit of the authority',
    place: 'nginx',
    meaning: 'The authority takes no order for a certificate before a certain time, because there were too many.',
    remedy: 'Wait until the time that the warning names, then run jitsi-onebox again.',
  },
  'name-differs-here': {
    title: 'Domain differs in your network',
    place: 'host',
    meaning: 'The internet sees the right address of a domain, but the resolver of this host answers with another one.',
    remedy: 'Correct the entry in your own DNS, or wait until its old answer has expired.',
  },
  'resolvers-silent': {
    title: 'Public DNS not asked',
    place: 'host',
    meaning: 'None of the resolvers in detection.resolvers answers, so only the resolver of this host was asked.',
    remedy: 'Nothing if your network blocks DNS over HTTPS. Or choose other resolvers.',
  },
  'caa-forbids': {
    title: 'Authority forbidden by the DNS',
    place: 'nginx',
    meaning: 'The CAA records of a domain do not let the chosen authority issue certificates for it.',
    remedy: 'Add a CAA record that names the authority, or choose another one with the setting acme.directory.',
  },
  'foreign-haproxy': {
    title: 'Another HAProxy configuration',
    place: 'haproxy',
    meaning: 'HAProxy already has a configuration that jitsi-onebox did not write, and it can have one only.',
    remedy:
      'Replace it with --take-over haproxy (a copy is kept), or remove it first. Its frontends stop then: name the web sites behind it in the setting sites.',
  },
  'rule-taken': {
    title: 'Routing rule in use',
    place: 'mmproxy',
    meaning: 'Another program already uses a number of a routing rule or table that go-mmproxy needs.',
    remedy:
      'Change that number in the configuration of the other program, or delete a rule that nothing needs (`ip rule del pref NUMBER`), then run jitsi-onebox again.',
  },
  'branding-file': {
    title: 'Branding file not usable',
    place: 'web',
    meaning:
      'A file for the look of the pages is missing, too large, of another type, an SVG with faults, scripts or references, or HTML that others than root can replace.',
    remedy: 'Put another file in its place, or change the setting that names it.',
  },
  'certbot-twice': {
    title: 'A second certbot',
    place: 'nginx',
    isSoft: true,
    meaning: 'A certbot from a snap or from pip is here too, so two timers renew all certificates.',
    remedy: 'Remove the other certbot after the installation; the certificates stay. The warning names the command.',
  },
  'compose-too-old': {
    title: 'docker-compose too old',
    place: 'host',
    meaning: 'The installed docker-compose does not work with the installed Docker.',
    remedy: 'Install the compose plugin from the repository of that Docker: apt-get install docker-compose-plugin.',
  },
  ...engineProblems,
  ...secretProblems,
  'firewall-rules': {
    title: 'Firewall rules for you to add',
    place: 'host',
    isSoft: true,
    meaning:
      'A rule of a firewall that you manage yourself stops what participants send. jitsi-onebox does not change its rules.',
    remedy: 'Accept the ports that the warning lists, before the rule that it names.',
  },
  'file-too-large': {
    title: 'File too large',
    place: 'host',
    meaning: 'A file that should hold configuration has more than 16 MB, so it is not read.',
    remedy: 'Move it away and run jitsi-onebox again.',
  },
  'foreign-compose': {
    title: 'Another compose project',
    place: 'host',
    meaning: 'The directory for the containers already contains a compose project of somebody else.',
    remedy: 'Move it away, choose another directory with --set stack.directory=/srv/NAME, or use --take-over compose.',
  },
  'image-moved': {
    title: 'Tag of an image moved',
    place: 'host',
    meaning:
      'The tag of an image means another image on this host than at its first pull, when its digest was recorded.',
    remedy: 'Apply the plan: it restores the recorded image. The warning says how to accept the other one.',
  },
  'meetings-interrupted': {
    title: 'Meetings will be interrupted',
    place: 'host',
    meaning:
      'The plan restarts something that running meetings need. Participants lose the connection for some seconds.',
    remedy: 'Choose a quiet moment, or use `jitsi-onebox apply --when-idle`.',
  },
  'no-copy': {
    title: 'Files without a copy',
    place: 'host',
    meaning: 'The plan removes files that are too large to keep a copy, so an undo cannot restore them.',
    remedy: 'Move the files away first if you need them.',
  },
  'no-free-subnet': {
    title: 'No free subnet for the containers',
    place: 'host',
    meaning: 'Every subnet that could serve the containers is routed elsewhere.',
    remedy: 'Let a VPN route less than all private addresses, or choose a free subnet: --set stack.subnet=SUBNET.',
  },
  'packages-conflict': {
    title: 'Packages that exclude each other',
    place: 'host',
    meaning: 'apt would have to remove packages of yours to install what the meeting server needs.',
    remedy:
      'If nothing needs them, name them with --take-over NAME, or remove them yourself; else use another machine.',
  },
  'packages-removed': {
    title: 'Packages of yours are taken over',
    place: 'host',
    meaning: 'You named packages with --take-over that exclude what the meeting server needs: apt removes them.',
    remedy: 'Nothing, if nothing on this host needs them. An undo installs them again if a source of apt has them.',
  },
  'path-taken': {
    title: 'Something else in place of our file',
    place: 'host',
    meaning: 'A path that jitsi-onebox needs holds something of another type, such as a directory in place of a file.',
    remedy: 'Move it away and run jitsi-onebox again.',
  },
  'compose-mixed': {
    title: 'Other files mixed into the containers',
    place: 'host',
    meaning:
      'Compose reads more here than the file of jitsi-onebox: an override file, or what a variable in .env names.',
    remedy: 'Give variables as options, move the file away, or let --take-over compose replace it.',
  },
  'former-variables': {
    title: 'Variables of the former server',
    place: 'host',
    meaning: 'The server that is taken over has variables in .env_global. Those that have a successor become settings.',
    remedy: 'See the settings in the plan. The README, section Options, has a table of all variables.',
  },
  'port-taken': {
    title: 'Port in use',
    place: 'host',
    meaning: 'Another program listens on a port that the meeting server needs.',
    remedy: 'Stop that program or let it use another port. Most ports of the meeting server are settings, too.',
  },
  'release-too-old': {
    title: 'Release of Jitsi too old',
    place: 'host',
    meaning: 'The chosen release of Jitsi is from before the images that jitsi-onebox can run, so it would not start.',
    remedy: 'Choose a newer release with --set images.tag=TAG; the default is one that works.',
  },
  'release-unknown': {
    title: 'Release of Jitsi not known',
    place: 'host',
    isSoft: true,
    meaning:
      'The chosen release of Jitsi is not one that this version of jitsi-onebox knows, so it may need other settings.',
    remedy: 'Run `sudo jitsi-onebox self-update`, or use a known release with --set images.tag=TAG.',
  },
  'shared-user': {
    title: 'Containers share a user with somebody',
    place: 'host',
    isSoft: true,
    meaning: 'A user of this host has the number that the containers run with, and can read their passwords.',
    remedy: 'Give the data of the containers to a number of their own, as the warning shows, and run apply.',
  },
  'small-disk': {
    title: 'Too little disk space',
    place: 'host',
    meaning: 'A file system has less space than the packages and images of the plan need.',
    remedy: 'Free some space on it, or enlarge it. The plan names it, with the numbers.',
  },
  'small-memory': {
    title: 'Little memory',
    place: 'host',
    isSoft: true,
    meaning: 'This machine has less memory than a meeting server needs, so the kernel may end the bridge in a meeting.',
    remedy: 'Give the machine more memory, or keep the meetings small.',
  },
  'subnet-taken': {
    title: 'Subnet of the containers in use',
    place: 'host',
    meaning: 'The subnet of the containers overlaps with a route of this machine.',
    remedy: 'Choose the one that the plan names, or auto: --set stack.subnet=auto.',
  },
  ...uninstallProblems,
  'unit-masked': {
    title: 'Masked service',
    place: 'host',
    meaning: 'A service that the meeting server needs is masked, so systemd does not start it.',
    remedy: 'Run `sudo systemctl unmask NAME`, then run jitsi-onebox again.',
  },
  'unsafe-directory': {
    title: 'Unsafe directory for the containers',
    place: 'host',
    meaning:
      'The directory for the containers is below a link, below one of another program, or below one that others may write.',
    remedy: 'Choose another directory with --set stack.directory=/srv/NAME.',
  },
  unquotable: {
    title: 'Value that no file can contain',
    place: 'host',
    meaning: 'A setting contains a character that one of the configuration files cannot express.',
    remedy: 'Choose another value in the settings.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
