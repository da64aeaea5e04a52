import {copyConfig, requirePassword} from '../init/config.ts';
import {type Environment, isOn, textOf} from '../init/environment.ts';
import {serveHealth} from '../init/health.ts';
import {runStandIn} from '../init/run.ts';
import {keepSession} from '../xmpp/session.ts';
import {watchBrewery} from './brewery.ts';
import {FOCUS} from './conference.ts';
import {type Focus, serveParticipants} from './focus.ts';

const PORT_OF_HEALTH = 8888;

const start = (environment: Environment): void => {
  const password = requirePassword(environment.JICOFO_AUTH_PASSWORD, 'Jicofo');
  copyConfig('jicofo');
  const focus = readFocus(environment);
  serveHealth({
    host: isOn(environment, 'JICOFO_ENABLE_REST', false) ? '0.0.0.0' : '127.0.0.1',
    port: PORT_OF_HEALTH,
    health: isOn(environment, 'JICOFO_ENABLE_HEALTH_CHECKS', false) ? () => complaintOf(focus) : undefined,
    debug: () => ({focus_manager: sizesOf(focus)}),
  });
  logIn(environment, {focus, password});
};

const readFocus = (environment: Environment): Focus => {
  const brewery = textOf(environment, {name: 'JVB_BREWERY_MUC', otherwise: 'jvbbrewery'});
  const rooms = textOf(environment, {name: 'XMPP_INTERNAL_MUC_DOMAIN', otherwise: 'internal-muc.meet.jitsi'});
  const breweryRoom = `${brewery}@${rooms}`;
  return {
    account: `${FOCUS}@${authDomainOf(environment)}`,
    domain: textOf(environment, {name: 'XMPP_DOMAIN', otherwise: 'meet.jitsi'}),
    breweryRoom,
    brewery: watchBrewery(breweryRoom),
    conferences: new Map(),
    needsAccount: isOn(environment, 'JICOFO_ENABLE_AUTH', isOn(environment, 'ENABLE_AUTH', false)),
  };
};

const authDomainOf = (environment: Environment): string =>
  textOf(environment, {name: 'XMPP_AUTH_DOMAIN', otherwise: 'auth.meet.jitsi'});

const complaintOf = ({brewery}: Focus): string =>
  brewery.count() > 0 ? '' : `No operational bridges available (total bridge count: ${brewery.count()})`;

/** As many of each room as have a place at a bridge: somebody who is alone has none. */
const sizesOf = ({conferences}: Focus): Readonly<Record<string, number>> =>
  Object.fromEntries([...conferences].map(([room, {invitations}]) => [room, invitations.sessions.size]));

const logIn = (
  environment: Environment,
  {focus, password}: {readonly focus: Focus; readonly password: string},
): void => {
  const host = textOf(environment, {name: 'XMPP_SERVER', otherwise: 'xmpp.meet.jitsi'});
  const port = textOf(environment, {name: 'XMPP_PORT', otherwise: '5222'});
  const account = {server: `${host}:${port}`, domain: authDomainOf(environment), username: FOCUS, password};
  void keepSession({...account, resource: FOCUS}, session => {
    // What a lost session knew about bridges is no longer true.
    focus.brewery.forget();
    focus.conferences.clear();
    return serveParticipants(focus, session);
  });
};

void runStandIn({needsLargeRun: true, start});
