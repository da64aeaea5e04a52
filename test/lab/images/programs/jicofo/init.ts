import type {Client} from '@xmpp/client';
import {copyConfig, requirePassword} from '../init/config.ts';
import {type Environment, isOn, textOf} from '../init/environment.ts';
import {serveHealth} from '../init/health.ts';
import {runStandIn} from '../init/run.ts';
import {keepSession} from '../xmpp/session.ts';
import {type Authentication, keepSessions} from './authentication.ts';
import {watchBrewery} from './brewery.ts';
import {type Conference, FOCUS, seeBridge} from './conference.ts';
import {createDiscovery} from './features.ts';
import {type Focus, openRoom, serveParticipants} from './focus.ts';
import {startHealthChecks} from './health-check.ts';
import {reportRooms, reportStatistics} from './statistics.ts';

const PORT_OF_HEALTH = 8888;

const start = (environment: Environment): void => {
  const password = requirePassword(environment.JICOFO_AUTH_PASSWORD, 'Jicofo');
  copyConfig('jicofo');
  const focus = readFocus(environment);
  const {current, logIn} = prepareLogin(environment, {focus, password});
  const health = startHealthChecks({
    countBridges: focus.brewery.count,
    openRoom: name => {
      const session = current();
      if (session !== undefined) {
        openRoom({focus, session}, `${name}@${focus.mucDomain}`, true);
      }
    },
  });
  serveHealth({
    host: isOn(environment, 'JICOFO_ENABLE_REST', false) ? '0.0.0.0' : '127.0.0.1',
    port: PORT_OF_HEALTH,
    health: isOn(environment, 'JICOFO_ENABLE_HEALTH_CHECKS', false) ? health : undefined,
    reports: {
      '/debug': () => reportRooms(focus.conferences),
      '/stats': () => reportStatistics(focus.conferences),
    },
  });
  logIn();
};

const readFocus = (environment: Environment): Focus => {
  const brewery = textOf(environment, {name: 'JVB_BREWERY_MUC', otherwise: 'jvbbrewery'});
  const rooms = textOf(environment, {name: 'XMPP_INTERNAL_MUC_DOMAIN', otherwise: 'internal-muc.meet.jitsi'});
  const breweryRoom = `${brewery}@${rooms}`;
  const conferences = new Map<string, Conference>();
  return {
    account: `${FOCUS}@${authDomainOf(environment)}`,
    breweryRoom,
    mucDomain: textOf(environment, {name: 'XMPP_MUC_DOMAIN', otherwise: 'muc.meet.jitsi'}),
    brewery: watchBrewery(breweryRoom, () => [...conferences.values()].forEach(seeBridge)),
    discover: createDiscovery(),
    conferences,
    authentication: readAuthentication(environment),
  };
};

/** With tokens the pages know who somebody is, and a session need not outlive its conference. */
const readAuthentication = (environment: Environment): Authentication | undefined => {
  if (!isOn(environment, 'JICOFO_ENABLE_AUTH', isOn(environment, 'ENABLE_AUTH', false))) {
    return undefined;
  }
  return keepSessions({
    domain: textOf(environment, {name: 'XMPP_DOMAIN', otherwise: 'meet.jitsi'}),
    outlivesRoom: environment.AUTH_TYPE !== 'jwt' && isOn(environment, 'ENABLE_AUTO_LOGIN', true),
  });
};

const authDomainOf = (environment: Environment): string =>
  textOf(environment, {name: 'XMPP_AUTH_DOMAIN', otherwise: 'auth.meet.jitsi'});

const prepareLogin = (
  environment: Environment,
  {focus, password}: {readonly focus: Focus; readonly password: string},
) => {
  const host = textOf(environment, {name: 'XMPP_SERVER', otherwise: 'xmpp.meet.jitsi'});
  const port = textOf(environment, {name: 'XMPP_PORT', otherwise: '5222'});
  const account = {server: `${host}:${port}`, domain: authDomainOf(environment), username: FOCUS, password};
  let current: Client | undefined;
  const prepare = (session: Client) => {
    current = session;
    // What a lost session knew about bridges is no longer true.
    focus.brewery.forget();
    focus.conferences.clear();
    return serveParticipants(focus, session);
  };
  return {current: () => current, logIn: () => void keepSession({...account, resource: FOCUS}, prepare)};
};

void runStandIn({needsLargeRun: true, start});
