import type {Check, CheckContext} from '../../model/check.ts';
import {noOtherChanges, type Resource} from '../../model/resource.ts';
import {isOpen} from '../../network/http.ts';
import {limit} from '../../network/limit.ts';
import {dockerRulesId} from '../../resources/docker-rules.ts';
import type {Blueprint} from '../blueprint.ts';
import {guardRulesId, routingIds} from '../names.ts';
import {check, ok} from './prove.ts';

/** Whether packets inside this host go where they should, and nowhere else. */
export function routeChecks(blueprint: Blueprint, resources: readonly Resource[]): readonly Check[] {
  return [mmproxyRoutes(resources), dockerChains(resources), loopbackPorts(blueprint, resources)];
}

function mmproxyRoutes(resources: readonly Resource[]): Check {
  return check({
    code: 'mmproxy-routes',
    wrong:
      "The routing that brings nginx's answers back to go-mmproxy is not as it should be: participants wait in vain.",
    remedy: 'Run `jitsi-onebox apply`; if it comes again, find out which program changes `ip rule`.',
    async prove(context) {
      await demandIntact(context, pick(resources, routingIds));
      return "nginx's answers are led back to go-mmproxy.";
    },
  });
}

function dockerChains(resources: readonly Resource[]): Check {
  return check({
    code: 'docker-chains',
    wrong: "Docker's rules are gone: participants' packets do not reach the containers, or under a wrong address.",
    remedy:
      'Run `jitsi-onebox apply`, which restarts Docker; never load a firewall that flushes all rules beside Docker.',
    async prove(context) {
      await demandIntact(context, pick(resources, [dockerRulesId]));
      return 'Every published port is led to its container.';
    },
  });
}

/** Ports that HAProxy, nginx and go-mmproxy speak to on this host: anybody else could forge addresses there, or get round TLS. */
function loopbackPorts({ports, localAddress, turnDomain}: Blueprint, resources: readonly Resource[]): Check {
  const wanted = [ports.web, ports.mmproxy, ...(turnDomain === undefined ? [] : [ports.turns])];
  return check({
    code: 'loopback-ports',
    wrong: 'A port that is meant for this host alone can be reached from elsewhere, or does not answer at all.',
    remedy: 'Run `jitsi-onebox apply`; nothing but it should publish the containers of the meeting.',
    async prove(context) {
      await demandIntact(context, pick(resources, [guardRulesId]));
      await Promise.all(wanted.map(port => demandLoopbackOnly(context, port, localAddress)));
      return ok('Inner ports answer on this host alone.', wanted.map(port => `127.0.0.1:${port}`).join(', '));
    },
  });
}

async function demandLoopbackOnly({signal}: CheckContext, port: number, elsewhere: string): Promise<void> {
  const ask = (address: string) => limit(1000, signal, until => isOpen({address, port}, until));
  const [inside, outside] = await Promise.all([ask('127.0.0.1'), ask(elsewhere)]);
  if (outside) throw new Error(`${elsewhere}:${port} takes connections`);
  if (!inside) throw new Error(`127.0.0.1:${port} takes no connections`);
}

function pick(resources: readonly Resource[], ids: readonly string[]): readonly Resource[] {
  return resources.filter(({id}) => ids.includes(id));
}

/** What a plan would change is what is wrong. */
async function demandIntact({host}: CheckContext, resources: readonly Resource[]): Promise<void> {
  const found = await Promise.all(resources.map(async each => each.diff(await each.read(host), noOtherChanges)));
  const [first] = found.flat();
  if (first) throw new Error(`it would take: ${first.summary}`);
}
