import type {Check} from '../../model/check.ts';
import type {Resource} from '../../model/resource.ts';
import type {Blueprint} from '../blueprint.ts';
import type {Assets} from '../template.ts';
import {backupAge} from './backups.ts';
import {callChecks, signallingChecks} from './call.ts';
import {capacityChecks} from './capacity.ts';
import {meetCertificate, turnCertificate, upkeepOfCertificates} from './certificates.ts';
import {clientAddressChecks} from './client-address.ts';
import {driftChecks} from './drift.ts';
import {extraChecks} from './extras.ts';
import {packetForwarding, partChecks, udpBuffers} from './host.ts';
import {knownFaultChecks} from './known-faults.ts';
import {loginChecks} from './logins.ts';
import {mediaChecks} from './media.ts';
import {meetName} from './meet-name.ts';
import {type NetworkView, networkChecks} from './network.ts';
import {openFilter, packetFilterCheck} from './packet-filter.ts';
import {pageChecks} from './pages.ts';
import {relayChecks} from './relay.ts';
import {relayFileChecks} from './relay-files.ts';
import {renewalChecks} from './renewal.ts';
import {restartNeeded} from './restarts.ts';
import {openPassages, routerForwards} from './router-forwards.ts';
import {routeChecks} from './routes.ts';
import {servedCertificate} from './served.ts';
import {siteNames} from './site-names.ts';
import {sitePorts} from './site-ports.ts';
import {siteChecks} from './sites.ts';
import {demandCallable, openYoungParts, withStart} from './starting.ts';
import {steadinessChecks} from './steadiness.ts';
import {stunPort} from './stun.ts';
import {nameOptions} from './suspect-options.ts';
import {fromElsewhere, fromHost, publicLoopback, type Vantage} from './vantage.ts';
import {planVisit, type Visit, visitPatience} from './visit.ts';

type Installation = {
  readonly resources: readonly Resource[];
  readonly assets: Assets;
  /** The codes of the warnings that the user accepted. */
  readonly accepted: readonly string[];
};

/** Lists every check of an installation, for its own host. */
export function hostChecks(
  blueprint: Blueprint,
  {resources, assets, accepted}: Installation,
  network: NetworkView,
): readonly Check[] {
  const vantage = fromHost(blueprint);
  const young = openYoungParts(blueprint);
  const visit = planVisit(vantage, context => demandCallable(young, context));
  const barriers = openFilter(blueprint);
  const passages = openPassages(blueprint, visit);
  const parts = partChecks(blueprint);
  const checks = withStart(young, [
    ...parts,
    ...loginChecks(blueprint),
    ...routeChecks(blueprint, resources),
    packetForwarding,
    packetFilterCheck(blueprint, barriers),
    ...clientAddressChecks(blueprint),
    ...networkChecks(blueprint, network),
    publicLoopback(vantage, blueprint, {findBarriers: barriers, findPassages: passages}),
    routerForwards(blueprint, passages),
    ...renewalChecks(blueprint),
    servedCertificate(blueprint),
    udpBuffers,
    restartNeeded,
    ...backupAge(blueprint.backup),
    ...siteChecks(vantage, blueprint),
    ...participantChecks(vantage, visit, blueprint.turnDomain !== undefined).map(each => nameOptions(each, blueprint)),
    ...extraChecks(vantage, blueprint),
    siteNames(blueprint),
    sitePorts(blueprint, network.facts),
    ...relayFileChecks(blueprint),
    ...upkeepOfCertificates(vantage, blueprint),
    ...steadinessChecks(blueprint),
    ...capacityChecks(blueprint),
    ...driftChecks(resources, parts),
    ...knownFaultChecks(blueprint, assets),
  ]);
  return checks.map(each => (accepted.includes(each.code) ? acceptWarnings(each) : each));
}

/** Marks the warnings of a check as accepted. A failure stays a failure. */
function acceptWarnings(check: Check): Check {
  return {
    ...check,
    async run(context) {
      const proof = await check.run(context);
      return proof.state === 'warning' ? {...proof, isAccepted: true} : proof;
    },
  };
}

/** Lists the checks that any machine can make if it knows the domain of a meeting server. */
export function checksFromElsewhere(domain: string): readonly Check[] {
  const vantage = fromElsewhere(domain);
  const others = participantChecks(vantage, planVisit(vantage), true);
  return [
    meetName(vantage),
    ...others.map(each => (each.after?.length ? each : {...each, after: ['meet-name' as const]})),
  ];
}

function participantChecks(vantage: Vantage, visit: Visit, hasRelay: boolean): readonly Check[] {
  const relayed = () => [...relayChecks(vantage, visit), turnCertificate(vantage, visit), stunPort(vantage, visit)];
  const checks = [
    meetCertificate(vantage),
    ...pageChecks(vantage, visit),
    ...signallingChecks(vantage, visit),
    ...(hasRelay ? relayed() : []),
    ...callChecks(vantage, visit),
    ...mediaChecks(vantage, visit),
  ];
  return checks.map(each => ({...each, patience: visitPatience}));
}
