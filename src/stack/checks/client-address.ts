import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Check, CheckContext} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import {askAsProxy} from '../../network/http.ts';
import {limit} from '../../network/limit.ts';
import type {Blueprint} from '../blueprint.ts';
import {accessLog} from '../names.ts';
import {check, ok} from './prove.ts';
import {patience} from './vantage.ts';

// Addresses of nobody: what is kept for documentation.
const strangers = {4: '198.51.100.254', 6: '2001:db8::254'} as const;
const remedy =
  'Run `jitsi-onebox apply`; if that finds nothing, look at `journalctl -u go-mmproxy-ssl` and `ip rule`: see mmproxy-routes.';

/** Whether nginx sees the participants' own addresses, which its own log tells. */
export function clientAddressChecks(blueprint: Blueprint): readonly Check[] {
  const families = blueprint.ipv6 ? ([4, 6] as const) : ([4] as const);
  return [...families.map(family => forged(blueprint, family)), chained(blueprint)];
}

/** What HAProxy tells go-mmproxy of a participant has to be what nginx sees. */
function forged(blueprint: Blueprint, family: 4 | 6): Check {
  const {domain, ports} = blueprint;
  const address = strangers[family];
  return check({
    code: family === 4 ? 'client-address' : 'client-address-ipv6',
    wrong: `nginx does not see the IPv${family} addresses of participants.`,
    remedy,
    async prove(context) {
      const path = inventPath();
      const target = {name: domain, address: '127.0.0.1', port: ports.mmproxy, path, client: {family, address}};
      await limit(patience, context.signal, until => askAsProxy(target, until));
      return ok(
        `nginx sees participants' own IPv${family} addresses.`,
        await demandInLog({context, domain, path, address}),
      );
    },
  });
}

/** A container is a client that is not on this host: its request takes the participants' whole way. */
function chained({domain, network, project}: Blueprint): Check {
  return check({
    code: 'client-address-chain',
    wrong: 'A participant who comes in on port 443 does not reach nginx with his own address.',
    remedy,
    async prove(context) {
      const path = inventPath();
      const {host} = context;
      const web = (await host.docker.containers(project.name)).find(({service}) => service === 'web');
      if (!web?.running) throw new Error('the web container, which asks for this, does not run');
      const gateway = network.web.replace(/\d+$/, last => String(Number(last) - 1));
      const place = ['--resolve', `${domain}:443:${gateway}`, '--max-time', String(patience / 1000)];
      const curl = ['curl', '--silent', '--show-error', '--insecure', '--output', '/dev/null', ...place];
      const {exitCode, stderr} = await host.query({
        argv: ['docker', 'exec', web.id, ...curl, `https://${domain}${path}`],
      });
      if (exitCode !== 0) throw new Error(stderr.trim());
      const line = await demandInLog({context, domain, path, address: network.web});
      return ok('A client on port 443 reaches nginx with his own address.', line);
    },
  });
}

const inventPath = () => `/onebox-check-${randomBytes(8).toString('hex')}`;

type Sighting = {
  readonly context: CheckContext;
  readonly domain: string;
  readonly path: string;
  readonly address: string;
};

/** The beginning of nginx's line about a request, once it is written. */
async function demandInLog({context: {host, signal}, domain, path, address}: Sighting): Promise<string> {
  for (let tries = 0; tries < 10; tries += 1) {
    const line = await findInLog(host, accessLog(domain), path);
    const seen = line?.split(' ')[0];
    if (seen === address) return `its log says ${line?.split('"')[0]?.trim()}`;
    if (seen !== undefined) throw new Error(`nginx saw ${seen} in place of ${address}`);
    await sleep(50, undefined, {signal});
  }
  throw new Error(`nginx's log ${accessLog(domain)} does not have the request`);
}

async function findInLog(host: Host, log: string, path: string): Promise<string | undefined> {
  const {stdout} = await host.query({argv: ['tail', '--bytes=100000', log]});
  return stdout.split('\n').findLast(line => line.includes(path));
}
