import {PLACE, PREFIX, RIGHT, type Service, startCommand} from './definition.ts';
import {demand, demandScript, type Guest, waitFor} from './guest.ts';

const SERVICES = ['web', 'prosody', 'jicofo', 'jvb', 'coturn'] as const;
const ALIASES: Partial<Record<Service, readonly string[]>> = {prosody: ['xmpp.meet.jitsi']};
const HEALTHY_SECONDS = 40;

/** How each service in its right form is asked whether it is well. */
const HEALTH_COMMAND: Readonly<Record<Service, readonly string[]>> = {
  web: ['curl', '--fail', '--silent', 'http://127.0.0.1:8000/config.js'],
  prosody: ['/usr/local/bin/healthcheck.sh'],
  jicofo: ['/usr/local/bin/healthcheck.sh'],
  jvb: ['/usr/local/bin/healthcheck.sh'],
  coturn: ['bash', '-c', '</dev/tcp/127.0.0.1/5349'],
};

const TURN_CONFIG = `listening-port=3478
tls-listening-port=5349
cert=/etc/coturn/turn.pem
pkey=/etc/coturn/turn.pem
realm=turn.example.test
use-auth-secret
static-auth-secret=5ec2e7
log-file=stdout
simple-log
pidfile=/tmp/turnserver.pid
`;

const PLACES = `
mkdir -p ${PLACE}/config ${PLACE}/prosody ${PLACE}/unwritable ${PLACE}/turn ${PLACE}/turn-unreadable
chown 1000:1000 ${PLACE}/config ${PLACE}/prosody
`;

/** Root's key of mode 0600 is what certbot leaves behind, and what uid 65534 cannot read. */
const KEYS = `
cat > ${PLACE}/turn/turn.pem
cp ${PLACE}/turn/turn.pem ${PLACE}/turn/turnserver.conf ${PLACE}/turn-unreadable/
chown 65534:65534 ${PLACE}/turn/turn.pem
chmod 0400 ${PLACE}/turn/turn.pem
chmod 0600 ${PLACE}/turn-unreadable/turn.pem
`;

/** The name of a service's container in its right form. */
export const containerOf = (service: Service): string => `${PREFIX}-${service}`;

/** Starts every service in its right form; the ones that are well are returned. */
export const startStack = async (guest: Guest): Promise<ReadonlySet<Service>> => {
  await demandScript(guest, PLACES);
  await demand(guest, ['docker', 'network', 'create', PREFIX]);
  for (const service of SERVICES) {
    if (service === 'coturn') {
      await prepareTurn(guest);
    }
    await demand(guest, startCommand(containerOf(service), RIGHT[service], ALIASES[service]));
  }
  const well = await Promise.all(SERVICES.map(service => waitFor(HEALTHY_SECONDS, () => isWell(guest, service))));
  return new Set(SERVICES.filter((_, index) => well[index]));
};

/** The web container, which is running by now, has the tool that makes a certificate. */
const prepareTurn = async (guest: Guest): Promise<void> => {
  const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=turn.example.test'.split(' ');
  const openssl = ['openssl', 'req', ...options, '-keyout', '-', '-out', '-'];
  const pem = await demand(guest, ['docker', 'exec', containerOf('web'), ...openssl]);
  await demand(guest, ['sh', '-ec', `cat > ${PLACE}/turn/turnserver.conf`], TURN_CONFIG);
  await demand(guest, ['sh', '-ec', KEYS], pem);
};

const isWell = async (guest: Guest, service: Service): Promise<boolean> =>
  (await guest(['docker', 'exec', containerOf(service), ...HEALTH_COMMAND[service]])).exitCode === 0;

/** Removes the containers, the network and the files of the contract. */
export const removeStack = async (guest: Guest): Promise<void> => {
  await demandScript(
    guest,
    `docker ps --all --quiet --filter name=${PREFIX} | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
     docker network rm ${PREFIX} >/dev/null 2>&1 || true
     rm -rf ${PLACE}`,
  );
};
