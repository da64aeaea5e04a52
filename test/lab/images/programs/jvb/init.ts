import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Client, xml} from '@xmpp/client';
import {copyConfig, requirePassword} from '../init/config.ts';
import {type Environment, listOf, textOf} from '../init/environment.ts';
import {serveHealth} from '../init/health.ts';
import {runStandIn} from '../init/run.ts';
import {NAMESPACE} from '../xmpp/names.ts';
import {joinRoom} from '../xmpp/room.ts';
import {keepSession} from '../xmpp/session.ts';
import {candidatesOf, portOf} from './candidates.ts';
import {type Bridge, modifyConference} from './colibri.ts';
import {openEndpoints} from './endpoints.ts';
import {openMediaPort} from './media-port.ts';
import {fingerprintOf, makeIdentity} from './switchboard.ts';

const NATIVE_LIBRARY = '/usr/share/jitsi-videobridge/lib/native';
const PORT_OF_HEALTH = 8080;
const COLD_MS = 1350;

const start = async (environment: Environment): Promise<void> => {
  mkdirSync('/run/jvb/tmp', {recursive: true});
  copyConfig('jvb');
  const password = environment.JVB_DISABLE_XMPP ? undefined : requirePassword(environment.JVB_AUTH_PASSWORD, 'JVB');
  cpSync(NATIVE_LIBRARY, '/run/jvb/tmp/native');
  const endpoints = openEndpoints();
  const identity = await makeIdentity();
  await openMediaPort(Number(portOf(environment)), endpoints, identity);
  // The real bridge is well when its port is open; whether it is logged in, jicofo alone can tell.
  serveHealth({
    host: '0.0.0.0',
    port: PORT_OF_HEALTH,
    health: () => '',
    reports: {'/debug': () => ({conferences: Object.fromEntries(endpoints.meetings().map(id => [id, {}]))})},
  });
  if (password !== undefined) {
    const candidates = candidatesOf(environment, findLocalAddress());
    offerBridge(environment, password, {endpoints, candidates, fingerprint: fingerprintOf(identity)});
  }
};

const findLocalAddress = (): string => {
  const routes = JSON.parse(execFileSync('ip', ['-json', 'route', 'get', '1'], {encoding: 'utf8'}));
  return routes[0].prefsrc;
};

const offerBridge = (environment: Environment, password: string, bridge: Bridge): void => {
  const port = textOf(environment, {name: 'XMPP_PORT', otherwise: '5222'});
  const domain = textOf(environment, {name: 'XMPP_AUTH_DOMAIN', otherwise: 'auth.meet.jitsi'});
  const username = textOf(environment, {name: 'JVB_AUTH_USER', otherwise: 'jvb'});
  for (const server of listOf(environment, 'XMPP_SERVER', 'xmpp.meet.jitsi')) {
    const account = {server: server.includes(':') ? server : `${server}:${port}`, domain, username, password};
    void keepSession({...account, resource: nicknameOf(environment)}, session =>
      enterBrewery(environment, session, bridge),
    );
  }
};

const nicknameOf = ({JVB_MUC_NICKNAME, HOSTNAME}: Environment): string => JVB_MUC_NICKNAME || HOSTNAME || 'jvb';

/** Loads at the first request what the real bridge loads then. */
const createWarmth = () => {
  let warming: Promise<void> | undefined;
  return () => {
    warming ??= sleep(COLD_MS);
    return warming;
  };
};
const warm = createWarmth();

const enterBrewery = (environment: Environment, session: Client, bridge: Bridge) => {
  const brewery = textOf(environment, {name: 'JVB_BREWERY_MUC', otherwise: 'jvbbrewery'});
  const domain = textOf(environment, {name: 'XMPP_INTERNAL_MUC_DOMAIN', otherwise: 'internal-muc.meet.jitsi'});
  session.iqCallee.set(NAMESPACE.colibri, 'conference-modify', async ({element}) => {
    await warm();
    return modifyConference(bridge, element);
  });
  const stats = xml('stats', NAMESPACE.stats, xml('stat', {name: 'stress_level', value: '0.0'}));
  return () => joinRoom(session, `${brewery}@${domain}`, nicknameOf(environment), stats);
};

void runStandIn({needsLargeRun: true, start});
