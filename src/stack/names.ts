/** The replacements a user can consent to, besides those of packages, which are named like them. */
export const takeOvers = ['haproxy', 'compose'] as const;
export type TakeOver = string;

/** Returns the names of packages among the replacements. */
export const packagesIn = (names: readonly TakeOver[]) => names.filter(name => !takeOvers.some(each => each === name));

/** Our directory of settings, links to certificates and rules. */
export const ownDirectory = '/etc/jitsi-onebox';
export const settingsPath = `${ownDirectory}/settings.yaml`;

/** The program, where install.sh puts it. */
export const programDirectory = '/opt/jitsi-onebox';

/** The first words of every text file that we write. */
export const mark = '# Written by jitsi-onebox';
export const isWrittenByUs = (text: string): boolean => text.startsWith(mark);

/** Names of package sets: one brings Docker, the other the servers on the host. */
export const dockerPackages = 'docker';
export const serverPackages = 'servers';
export const dnsPackages = 'dynamic-dns';

export const dockerUnit = 'docker.service';
export const nginxUnit = 'nginx.service';
export const haproxyUnit = 'haproxy.service';
/** The same name as in the guide that many hosts were set up with. */
export const mmproxyUnit = 'go-mmproxy-ssl.service';
export const guardUnit = 'jitsi-onebox-guard.service';
export const updateUnit = 'jitsi-onebox-update.service';
export const updateTimer = 'jitsi-onebox-update.timer';
export const backupUnit = 'jitsi-onebox-backup.service';
export const backupTimer = 'jitsi-onebox-backup.timer';
export const addressUnit = 'jitsi-onebox-address.service';
export const addressTimer = 'jitsi-onebox-address.timer';
export const recoverUnit = 'jitsi-onebox-update-recover.service';
export const watchUnit = 'jitsi-onebox-watch.service';
export const watchTimer = 'jitsi-onebox-watch.timer';
export const metricsSocket = 'jitsi-onebox-metrics.socket';
export const metricsUnit = 'jitsi-onebox-metrics@.service';
export const routerUnit = 'jitsi-onebox-router.service';
export const routerTimer = 'jitsi-onebox-router.timer';
export const unitPath = (unit: string) => `/etc/systemd/system/${unit}`;

export const guardTable = 'inet jitsi-onebox';
export const guardRulesId = `nft-table:${guardTable}`;
/** The ids of the return routes for go-mmproxy; the second exists where the kernel has IPv6. */
export const routingIds = ['policy-routing:v4', 'policy-routing:v6'] as const;

/** The page of `doctor --outside`: its path at the meeting site, and the socket that exists only while it is served. */
export const trialPath = '/.well-known/jitsi-onebox';
export const trialDirectory = '/run/jitsi-onebox';
export const trialSocket = `${trialDirectory}/trial.sock`;

/** nginx serves the certificate authority's challenges from here. */
export const webroot = '/var/www/jitsi-onebox';
/** The guide's names too. */
export const meetHook = '/usr/local/sbin/renew_meet_cert.sh';
export const turnHook = '/usr/local/sbin/renew_turn_cert.sh';
export const siteHook = '/usr/local/sbin/renew_site_cert.sh';
/** The domain is written out: nginx workers cannot open a log whose name holds a variable. */
export const accessLog = (domain: string) => `/var/log/nginx/${domain}.access.log`;

/** Mozilla's "intermediate" suites for TLS 1.2: forward secrecy and authenticated encryption. TLS 1.3 has no others. */
export const modernCiphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** The services of the compose file, each with one container. */
export type ServiceName = JitsiName | 'turn' | 'whiteboard' | 'etherpad';
/** Those with an image of Jitsi, which share how they are run. */
export type JitsiName = 'web' | 'prosody' | 'jicofo' | 'videobridge';

/** File names that compose looks for; ours is the first. */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'] as const;
/** File names that compose mixes into the one that it found. */
export const overrideNames = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
] as const;
/** The containers' network in the compose file. */
export const networkName = 'meet.jitsi';
