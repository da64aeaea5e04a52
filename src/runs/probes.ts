import type {Probes} from '../host/facts/probes.ts';
import type {Sought} from '../model/machine.ts';
import {findAddressName} from '../network/address-name.ts';
import {findArrivals} from '../network/arrivals.ts';
import {findClockError} from '../network/clock.ts';
import {findPathSize} from '../network/path-mtu.ts';
import {findPublicAddress} from '../network/public-address.ts';
import {findPublicIpv6} from '../network/public-ipv6.ts';
import {findRouter} from '../network/router/router.ts';
import {findTranslation} from '../network/translation.ts';

/** Makes the probes that ask the network, with the servers of the settings. */
export function makeProbes({stun, udpPorts}: Sought): Probes {
  return {
    publicAddress: signal => findPublicAddress({stun, signal}),
    router: findRouter,
    translation: (localAddress, signal) => findTranslation(stun, localAddress, signal),
    arrivals(publicAddress, taken, signal) {
      const isTaken = (port: number) => taken.includes(port);
      const ports = udpPorts.filter(port => !isTaken(port));
      return findArrivals({servers: stun, ports, taken: udpPorts.filter(isTaken), publicAddress}, signal);
    },
    addressName: address => findAddressName(address),
    publicIpv6: own => findPublicIpv6(stun, own),
    pathSize: (full, signal) => findPathSize(stun, full, signal),
    clock: signal => findClockError(signal),
  };
}
