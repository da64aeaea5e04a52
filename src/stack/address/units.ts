import type {Resource} from '../../model/resource.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {aptPackages, packagesId} from '../../resources/apt-packages.ts';
import {addressTimer, addressUnit, dnsPackages, serverPackages} from '../names.ts';
import type {Assets} from '../template.ts';
import {absentTimerUnits, timerUnits} from '../timer-units.ts';

const units = {service: addressUnit, timer: addressTimer, word: 'Address'} as const;

/** The timer that looks for another public address, and nsupdate where DNS entries follow with it; none of them by default. */
export function followingResources(settings: Settings, assets: Assets): readonly Resource[] {
  const timer = settings.address.changes === 'off' ? absentTimerUnits(units) : timerUnits(units, {}, assets);
  return settings['dynamic-dns'].kind === 'rfc2136' ? [...timer, nsupdate()] : timer;
}

function nsupdate(): Resource {
  return aptPackages({
    name: dnsPackages,
    packages: ['bind9-dnsutils'],
    title: 'nsupdate',
    place: 'host',
    mayRemove: [],
    needs: [packagesId(serverPackages)],
  });
}
