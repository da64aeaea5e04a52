import * as v from 'valibot';
import type {Check, CheckContext} from '../../model/check.ts';
import {publicAddress} from '../../model/settings/grammar/addresses.ts';
import {askHttp, askHttps} from '../../network/http.ts';
import {askStun} from '../../network/stun.ts';
import {check, describeReason, ok} from './check.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';
import type {Visit} from './visit.ts';

/** Checks the pages that a browser loads before a meeting begins. */
export function pageChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  return [meetHttps(vantage, visit), httpRedirect(vantage), bosh(vantage)];
}

function meetHttps(vantage: Vantage, visit: Visit): Check {
  const {domain} = vantage;
  const prove = async (context: CheckContext) => {
    const {target, route} = await findHttps(vantage, context);
    const ask = (path: string) => context.within(patience, until => askHttps({...target, path}, until));
    const [page, settings] = await Promise.all([ask('/'), ask('/config.js')]);
    if (page.status !== 200) throw new Error(`the page answers with status ${page.status} (${route})`);
    if (settings.status !== 200 || !settings.body.includes(`//${domain}/`))
      throw new Error(`its settings (/config.js) are not those of ${domain} (${route})`);
    const isProven = vantage.blueprint === undefined && (await looksFromOutside(vantage, visit, context));
    return ok(`https://${domain}/ ${isProven ? 'is reachable from the internet' : 'serves the meeting'}.`, route);
  };
  return check('meet-https', prove, {wrong: `https://${domain}/ does not serve the meeting.`});
}

/** Returns whether the internet is between this machine and the server, which only an answer to STUN can show. */
async function looksFromOutside(vantage: Vantage, visit: Visit, context: CheckContext): Promise<boolean> {
  try {
    const services = await context.share(visit.services);
    const stun = services.find(({type}) => type === 'stun');
    if (!stun) return false;
    const {address} = await vantage.findRoute(context, stun.host);
    const seen = await askStun(`${address}:${stun.port}`, context.signal);
    return v.is(publicAddress, seen) && seen !== address;
  } catch {
    return false;
  }
}

function httpRedirect(vantage: Vantage): Check {
  const {domain, blueprint} = vantage;
  const prove = async (context: CheckContext) => {
    const {address, description} = await vantage.findRoute(context, domain);
    const target = {name: domain, address, port: 80, path: '/'};
    const asked = context.within(patience, until => askHttp(target, until));
    const answer = await (blueprint ? asked : asked.catch(describeReason));
    if (typeof answer === 'string') return warnOfPort80(domain, answer);
    const {status, headers} = answer;
    if (status !== 301 || !headers.location?.startsWith(`https://${domain}/`))
      throw new Error(`it answers with status ${status}${headers.location ? ` to ${headers.location}` : ''}`);
    return ok(`http://${domain}/ redirects to https.`, `asked at ${description}`);
  };
  return check('http-redirect', prove, {
    wrong: `http://${domain}/ does not redirect to https.`,
    after: blueprint ? ['packet-filter', 'router-forwards'] : [],
  });
}

const warnOfPort80 = (domain: string, evidence: string) => ({
  state: 'warning' as const,
  summary: `Port 80 of ${domain} does not answer from here.`,
  evidence,
  remedy: 'If this network does not block port 80, forward it to the host: certificate renewals need it.',
});

function bosh(vantage: Vantage): Check {
  return check('bosh', async context => {
    const {target, route} = await findHttps(vantage, context);
    const path = '/http-bind';
    const {status, body} = await context.within(patience, until => askHttps({...target, path}, until));
    if (status !== 200 || !/bosh/i.test(body)) throw new Error(`it answers with status ${status} (${route})`);
    return ok('Prosody answers over BOSH.', route);
  });
}
