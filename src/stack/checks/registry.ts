import type {Check} from '../../model/check.ts';
import type {Resource} from '../../model/resource.ts';
import type {Blueprint} from '../blueprint.ts';
import {callChecks, signallingChecks} from './call.ts';
import {meetCertificate, turnCertificate} from './certificates.ts';
import {clientAddressChecks} from './client-address.ts';
import {partChecks, udpBuffers} from './host.ts';
import {loginChecks} from './logins.ts';
import {openFilter, packetFilterCheck} from './packet-filter.ts';
import {pageChecks} from './pages.ts';
import {relayChecks} from './relay.ts';
import {renewalChecks} from './renewal.ts';
import {routeChecks} from './routes.ts';
import {servedCertificate} from './served.ts';
import {withStart} from './starting.ts';
import {stunPort} from './stun.ts';
import {fromElsewhere, fromHost, publicLoopback, type Vantage} from './vantage.ts';
import {planVisit} from './visit.ts';

/** Lists every check of an installation, for its own host. */
export function hostChecks(blueprint: Blueprint, resources: readonly Resource[]): readonly Check[] {
  const vantage = fromHost(blueprint);
  const barriers = openFilter(blueprint);
  return withStart(blueprint, [
    ...partChecks(blueprint),
    ...loginChecks(blueprint),
    ...routeChecks(blueprint, resources),
    packetFilterCheck(blueprint, barriers),
    ...clientAddressChecks(blueprint),
    publicLoopback(vantage, blueprint, barriers),
    ...renewalChecks(blueprint),
    servedCertificate(blueprint),
    udpBuffers,
    ...participantChecks(vantage, blueprint.turnDomain !== undefined),
  ]);
}

/** Lists the checks that any machine can make if it knows the domain of a meeting server. */
export function checksFromElsewhere(domain: string): readonly Check[] {
  return participantChecks(fromElsewhere(domain), true);
}

function participantChecks(vantage: Vantage, hasRelay: boolean): readonly Check[] {
  const visit = planVisit(vantage);
  const relayed = () => [...relayChecks(vantage, visit), turnCertificate(vantage, visit), stunPort(vantage, visit)];
  return [
    meetCertificate(vantage),
    ...pageChecks(vantage, visit),
    ...signallingChecks(vantage, visit),
    ...(hasRelay ? relayed() : []),
    ...callChecks(vantage, visit),
  ];
}
