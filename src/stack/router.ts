import type {Facts} from '../model/facts.ts';
import type {Resource} from '../model/resource.ts';
import {nameRouterPort, type RouterPlace, type RouterPort} from '../model/router.ts';
import type {Settings} from '../model/settings/schema.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {routerDoor} from '../network/router/router.ts';
import {absentFile, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import * as forward from '../resources/router-forward.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import type {Blueprint, StackInput} from './blueprint.ts';
import {listForwards} from './host.ts';
import {routerTimer, routerUnit, unitPath} from './names.ts';
import type {Assets} from './template.ts';

const place = 'router';

/** The forwards that the router is asked for, with the timer that renews them; without the setting, those in use are given back. */
export function routerResources(
  blueprint: Blueprint,
  {settings, facts, inUse, assets}: Pick<StackInput, 'settings' | 'facts' | 'inUse' | 'assets'>,
): readonly Resource[] {
  const where = findRouterPlace(blueprint, settings, facts);
  const wanted = where ? listForwards(blueprint) : [];
  const surplus = (inUse.forwards ?? []).filter(each => !wanted.some(other => isSame(each, other)));
  return [
    ...wanted.map(({port, protocol, purpose}) =>
      forward.routerForward({port, protocol, purpose, place: where as RouterPlace, door: routerDoor}),
    ),
    ...surplus.map(each => forward.absentForward(each, routerDoor)),
    ...(wanted.length > 0 ? timer(assets) : inUse.hasRouterTimer ? absentTimer() : []),
  ];
}

/** Returns the router to ask; undefined if it is not to be asked, or if there is none. */
export function findRouterPlace(
  {publicAddress, localAddress}: Blueprint,
  {router}: Settings,
  {gateway}: Facts,
): RouterPlace | undefined {
  if (!router.forward || gateway.value === undefined || publicAddress === localAddress) return undefined;
  return {gateway: gateway.value.address, localAddress};
}

/** A forward as a snapshot has it. */
export const restoreForward = (snapshot: Snapshot): Resource => forward.restoreForward(snapshot, routerDoor);

const isSame = (one: RouterPort, other: RouterPort) => nameRouterPort(one) === nameRouterPort(other);

function timer(assets: Assets): readonly Resource[] {
  const units = [routerUnit, routerTimer].map(unit => unitPath(unit));
  return [
    file({
      path: unitPath(routerUnit),
      title: 'Unit that renews forwards',
      place,
      content: assets(`systemd/${routerUnit}`),
    }),
    file({
      path: unitPath(routerTimer),
      title: 'Timer unit for forwards',
      place,
      content: assets(`systemd/${routerTimer}`),
    }),
    systemdUnit({
      unit: routerTimer,
      title: 'Timer that renews forwards',
      place,
      reads: units,
      needs: units.map(fileId),
    }),
  ];
}

function absentTimer(): readonly Resource[] {
  const stopped = {enabled: false, active: false};
  return [
    systemdUnit({unit: routerTimer, title: 'Timer that renews forwards, removed', place, wanted: stopped}),
    ...[routerUnit, routerTimer].map(unit =>
      absentFile({path: unitPath(unit), title: `${unit}, removed`, place, needs: [unitId(routerTimer)]}),
    ),
  ];
}
