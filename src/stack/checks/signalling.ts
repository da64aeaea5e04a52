import type {Check} from '../../model/check.ts';
import {check, ok} from './prove.ts';
import {findHttps, type Vantage} from './vantage.ts';
import {findRelay, type Visit} from './visit.ts';

const remedy = 'Run `jitsi-onebox apply` on the host; if that finds nothing, look at `docker logs` of prosody there.';

/** What a browser does before it calls: opens the websocket and logs in as a guest. */
export function signallingChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  return [websocket(vantage, visit), login(visit)];
}

function websocket(vantage: Vantage, visit: Visit): Check {
  return check({
    code: 'xmpp-websocket',
    wrong: 'The websocket of the meeting does not open: participants cannot join.',
    remedy,
    async prove(context) {
      await context.share(visit.stream);
      return ok('The websocket opens, and Prosody speaks.', (await findHttps(vantage, context)).told);
    },
  });
}

function login(visit: Visit): Check {
  return check({
    code: 'xmpp-login',
    wrong: 'Guests cannot log in.',
    remedy,
    async prove(context) {
      const {jid} = await context.share(visit.guest);
      return ok('A guest can log in.', jid);
    },
  });
}

/** Whether participants are told where the relay is and how they get in. */
export function turnCredentials(vantage: Vantage, visit: Visit): Check {
  const wanted = vantage.blueprint?.turnDomain;
  return check({
    code: 'turn-credentials',
    wrong:
      'Participants are not told how to reach the relay: those behind strict firewalls have no sound and no pictures.',
    remedy,
    async prove(context) {
      const {host, port, username} = findRelay(await context.share(visit.services));
      if (wanted !== undefined && host !== wanted) throw new Error(`they are sent to ${host} and not to ${wanted}`);
      if (port !== 443) throw new Error(`they are sent to port ${port}, which strict firewalls close`);
      return ok('Participants get credentials for the relay.', `turns:${host}:${port}, user ${username}`);
    },
  });
}
