import type {Check} from '../../model/check.ts';
import type {Resource} from '../../model/resource.ts';
import type {Blueprint} from '../blueprint.ts';
import {callChecks} from './call.ts';
import {meetCertificate, turnCertificate} from './certificates.ts';
import {clientAddressChecks} from './client-address.ts';
import {udpBuffers} from './kernel.ts';
import {pageChecks} from './pages.ts';
import {relayChecks} from './relay.ts';
import {publicLoopback, stunPort} from './router.ts';
import {routeChecks} from './routes.ts';
import {serviceChecks} from './services.ts';
import {signallingChecks, turnCredentials} from './signalling.ts';
import {fromElsewhere, fromHost, type Vantage} from './vantage.ts';
import {planVisit, type Visit} from './visit.ts';

/** Every proof of an installation, for the host that has it. */
export function hostChecks(blueprint: Blueprint, resources: readonly Resource[]): readonly Check[] {
  const vantage = fromHost(blueprint);
  return [
    ...serviceChecks(blueprint),
    ...routeChecks(blueprint, resources),
    ...clientAddressChecks(blueprint),
    publicLoopback(vantage, blueprint),
    udpBuffers,
    ...participantChecks(vantage, blueprint.turnDomain !== undefined),
  ];
}

/** The proofs that any machine can make which knows no more than the name of a meeting's server. */
export function checksFromElsewhere(domain: string): readonly Check[] {
  return participantChecks(fromElsewhere(domain), true);
}

function participantChecks(vantage: Vantage, hasRelay: boolean): readonly Check[] {
  const visit = planVisit(vantage);
  return [
    meetCertificate(vantage),
    ...pageChecks(vantage, visit),
    ...signallingChecks(vantage, visit),
    ...(hasRelay ? relayedChecks(vantage, visit) : []),
    ...callChecks(vantage, visit),
  ];
}

function relayedChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  return [
    turnCredentials(vantage, visit),
    turnCertificate(vantage, visit),
    ...relayChecks(vantage, visit),
    stunPort(vantage, visit),
  ];
}
