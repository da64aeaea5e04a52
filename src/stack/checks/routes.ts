import type {Check, CheckContext} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import {samples} from '../../model/packet-filter/rules.ts';
import {Problem} from '../../model/problem.ts';
import {type Difference, noOtherChanges, type Resource} from '../../model/resource.ts';
import {describeRule, readRoutingRules} from '../../model/routing-rules.ts';
import {isOpen} from '../../network/http.ts';
import {dockerRulesId} from '../../resources/docker-rules.ts';
import type {Blueprint} from '../blueprint.ts';
import {guardRulesId, routingIds} from '../names.ts';
import {findEarlier, isOurRule, returnTable} from '../return-rule.ts';
import {CertainFault, check, ok} from './check.ts';

/** Checks that packets inside this host reach their destination, and nothing else. */
export function routeChecks(blueprint: Blueprint, resources: readonly Resource[]): readonly Check[] {
  const routing = pick(resources, routingIds);
  const dockerRules = pick(resources, [dockerRulesId]);
  return [
    check('mmproxy-routes', async context => {
      // First, since a plan would answer such a rule with another number, which explains nothing.
      await demandFirst(context, blueprint);
      await demandIntact(context, routing);
      return ok('Answers of nginx are routed back to go-mmproxy.', await demandRoute(context, blueprint));
    }),
    check('docker-chains', async context => {
      await demandIntact(context, dockerRules);
      return 'Every published port is forwarded to its container.';
    }),
    loopbackPorts(blueprint, resources),
  ];
}

/** Demands that no rule of somebody else, such as a VPN, comes before ours and may route the answers elsewhere. */
async function demandFirst({host}: CheckContext, {ports, preference, ipv6}: Blueprint): Promise<void> {
  const families = ipv6 ? ([4, 6] as const) : ([4] as const);
  const rules = await Promise.all(families.map(family => readRoutingRules(host, family)));
  const earlier = rules.flatMap((own = []) =>
    findEarlier(own, {port: ports.https, preference}).map(rule => ({rule, own})),
  );
  const [first] = earlier;
  if (!first) return;
  const ours = first.own.find(isOurRule);
  throw new CertainFault(
    `the rule “${describeRule(first.rule)}” (IPv${first.rule.family}) comes before ours${ours ? `, “${describeRule(ours)}”` : ''}`,
  );
}

/** Asks the kernel which way it sends an answer of nginx to a participant; it decides as for a real packet. */
async function demandRoute({host}: CheckContext, {ports}: Blueprint): Promise<string> {
  const argv = ['ip', '-4', 'route', 'get', samples[0], 'from', '127.0.0.1', 'ipproto', 'tcp'] as const;
  const {exitCode, stdout, stderr} = await host.query({argv: [...argv, 'sport', String(ports.https)]});
  const [route = ''] = (exitCode === 0 ? stdout : stderr).trim().split('\n');
  if (!route.includes(` table ${returnTable}`)) throw new CertainFault(`the kernel's route for an answer is: ${route}`);
  return `the kernel's route for an answer: ${route.trim()}`;
}

/** Checks the ports for HAProxy, nginx and go-mmproxy: from elsewhere, anybody could forge addresses there or avoid TLS. */
function loopbackPorts({ports, localAddress, turnDomain}: Blueprint, resources: readonly Resource[]): Check {
  const internal = [ports.web, ports.mmproxy, ...(turnDomain === undefined ? [] : [ports.turns])];
  const guardRules = pick(resources, [guardRulesId]);
  return check('loopback-ports', async context => {
    await demandIntact(context, guardRules);
    await Promise.all(internal.map(port => demandLoopbackOnly(context, port, localAddress)));
    return ok('Internal ports answer on this host only.', internal.map(port => `127.0.0.1:${port}`).join(', '));
  });
}

async function demandLoopbackOnly({within}: CheckContext, port: number, elsewhere: string): Promise<void> {
  const ask = (address: string) => within(1000, until => isOpen({address, port}, until));
  const [inside, outside] = await Promise.all([ask('127.0.0.1'), ask(elsewhere)]);
  if (outside) throw new CertainFault(`${elsewhere}:${port} accepts connections`);
  if (!inside) throw new Error(`127.0.0.1:${port} accepts no connections`);
}

function pick(resources: readonly Resource[], ids: readonly string[]): readonly Resource[] {
  return resources.filter(({id}) => ids.includes(id));
}

/** Demands that a plan would change nothing here. */
async function demandIntact({host}: CheckContext, resources: readonly Resource[]): Promise<void> {
  for (const each of resources) {
    const [first] = await compare(each, host);
    if (first) throw new Error(`needs this change: ${first.summary}`);
  }
}

async function compare(resource: Resource, host: Host): Promise<readonly Difference[]> {
  try {
    return resource.diff(await resource.read(host), noOtherChanges);
  } catch (error) {
    // Its remedy is for those who plan.
    throw error instanceof Problem ? new Error(error.summary) : error;
  }
}
