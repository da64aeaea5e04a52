import type {Check, CheckContext} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';
import {type Difference, noOtherChanges, type Resource} from '../../model/resource.ts';
import {isOpen} from '../../network/http.ts';
import {dockerRulesId} from '../../resources/docker-rules.ts';
import type {Blueprint} from '../blueprint.ts';
import {guardRulesId, routingIds} from '../names.ts';
import {CertainFault, check, ok} from './check.ts';

/** Checks that packets inside this host reach their destination, and nothing else. */
export function routeChecks(blueprint: Blueprint, resources: readonly Resource[]): readonly Check[] {
  const routing = pick(resources, routingIds);
  const dockerRules = pick(resources, [dockerRulesId]);
  return [
    check('mmproxy-routes', async context => {
      await demandIntact(context, routing);
      return 'Answers of nginx are routed back to go-mmproxy.';
    }),
    check('docker-chains', async context => {
      await demandIntact(context, dockerRules);
      return 'Every published port is forwarded to its container.';
    }),
    loopbackPorts(blueprint, resources),
  ];
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
