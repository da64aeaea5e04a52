import type {Check} from '../../model/check.ts';
import {askHttps} from '../../network/http.ts';
import {openSocketIo} from '../../network/socket-io.ts';
import type {Blueprint} from '../blueprint.ts';
import {check, ok} from './check.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';

/** Checks the extras where participants look for them: on port 443, through the web container. */
export function extraChecks(vantage: Vantage, {extras}: Pick<Blueprint, 'extras'>): readonly Check[] {
  return [...(extras.whiteboard ? [whiteboard(vantage)] : []), ...(extras.etherpad ? [etherpad(vantage)] : [])];
}

function whiteboard(vantage: Vantage): Check {
  const prove = async (context: Parameters<Check['run']>[0]) => {
    const {target, route} = await findHttps(vantage, context);
    const greeting = await context.within(patience, until => openSocketIo(target, until));
    if (greeting !== 'init-room') throw new Error(`its socket greets with "${greeting}" (${route})`);
    return ok('The whiteboard answers on its socket.', route);
  };
  return check('whiteboard', prove, {after: ['container-whiteboard', 'meet-https']});
}

function etherpad(vantage: Vantage): Check {
  const prove = async (context: Parameters<Check['run']>[0]) => {
    const {target, route} = await findHttps(vantage, context);
    const path = '/etherpad/health';
    const {status, body} = await context.within(patience, until => askHttps({...target, path}, until));
    if (status !== 200 || !/"status"\s*:\s*"pass"/.test(body))
      throw new Error(`${path} answers with status ${status} (${route})`);
    return ok('Etherpad is ready for texts.', route);
  };
  return check('etherpad', prove, {after: ['container-etherpad', 'meet-https']});
}
