import * as v from 'valibot';
import type {Check, CheckContext} from '../../model/check.ts';
import {publicAddress} from '../../model/settings/grammar/addresses.ts';
import {askHttp, askHttps} from '../../network/http.ts';
import {limit} from '../../network/limit.ts';
import {askStun} from '../../network/stun.ts';
import {check, describeReason, ok} from './prove.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';
import type {Visit} from './visit.ts';

/** What a browser fetches before a meeting begins. */
export function pageChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  return [meetHttps(vantage, visit), httpRedirect(vantage), bosh(vantage)];
}

function meetHttps(vantage: Vantage, visit: Visit): Check {
  const {domain} = vantage;
  return check({
    code: 'meet-https',
    wrong: `https://${domain}/ does not serve the meeting.`,
    remedy: 'Run `jitsi-onebox apply` on the host; if that finds nothing, look at /var/log/nginx/error.log there.',
    async prove(context) {
      const {target, told} = await findHttps(vantage, context);
      const ask = (path: string) => limit(patience, context.signal, until => askHttps({...target, path}, until));
      const [page, settings] = await Promise.all([ask('/'), ask('/config.js')]);
      if (page.status !== 200) throw new Error(`the page answers with status ${page.status} (${told})`);
      if (settings.status !== 200 || !settings.body.includes(`//${domain}/`))
        throw new Error(`its settings (/config.js) are not those of ${domain} (${told})`);
      const isProven = vantage.blueprint === undefined && (await seesFromOutside(vantage, visit, context));
      return ok(`https://${domain}/ ${isProven ? 'is reachable from the internet' : 'serves the meeting'}.`, told);
    },
  });
}

/** Whether this machine is on another side of the internet than the server: only a STUN answer tells. */
async function seesFromOutside(vantage: Vantage, visit: Visit, context: CheckContext): Promise<boolean> {
  try {
    const services = await context.share(visit.services);
    const stun = services.find(({type}) => type === 'stun');
    if (!stun) return false;
    const {address} = await vantage.findWay(context, stun.host);
    const seen = await askStun(`${address}:${stun.port}`, context.signal);
    return v.is(publicAddress, seen) && seen !== address;
  } catch {
    return false;
  }
}

function httpRedirect(vantage: Vantage): Check {
  const {domain, blueprint} = vantage;
  return check({
    code: 'http-redirect',
    wrong: `http://${domain}/ does not lead to https.`,
    remedy:
      'Run `jitsi-onebox apply` on the host, and forward port 80 to it: the certificate authority asks there too.',
    async prove(context) {
      const {address, told} = await vantage.findWay(context, domain);
      const target = {name: domain, address, port: 80, path: '/'};
      const asked = limit(patience, context.signal, until => askHttp(target, until));
      const answer = await (blueprint ? asked : asked.catch(describeReason));
      if (typeof answer === 'string')
        return {
          state: 'warning',
          summary: `Port 80 of ${domain} does not answer from here.`,
          evidence: answer,
          remedy: 'If this network lets port 80 out, forward it to the host: certificates are renewed by it.',
        };
      const {status, headers} = answer;
      if (status !== 301 || !headers.location?.startsWith(`https://${domain}/`))
        throw new Error(`it answers with status ${status}${headers.location ? ` to ${headers.location}` : ''}`);
      return ok(`http://${domain}/ leads to https.`, `asked at ${told}`);
    },
  });
}

function bosh(vantage: Vantage): Check {
  return check({
    code: 'bosh',
    wrong: 'Participants whose network has no websockets cannot join: /http-bind does not answer.',
    remedy: 'Run `jitsi-onebox apply` on the host; if that finds nothing, look at `docker logs` of prosody there.',
    async prove(context) {
      const {target, told} = await findHttps(vantage, context);
      const path = '/http-bind';
      const {status, body} = await limit(patience, context.signal, until => askHttps({...target, path}, until));
      if (status !== 200 || !/bosh/i.test(body)) throw new Error(`it answers with status ${status} (${told})`);
      return ok('Prosody answers to BOSH.', told);
    },
  });
}
