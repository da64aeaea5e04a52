import {expect, test} from 'vitest';
import {noOtherChanges} from '../../src/model/resource.ts';
import {leasePath, listLeases, parseLease, type RouterDoor, RouterRefusal} from '../../src/model/router.ts';
import {absentForward, restoreForward, routerForward} from '../../src/resources/router-forward.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare, converge} from './work.ts';

const place = {gateway: '192.168.1.1', localAddress: '192.168.1.20'};
const wanted = {port: 443, protocol: 'tcp'} as const;
const path = leasePath(wanted);

/** A router that remembers who has the port. */
function makeDoor(holder: string | null | undefined = null): RouterDoor & {holder: string | null | undefined} {
  const door = {
    holder,
    findHolder: async () => (door.holder ? {to: door.holder, port: 443, description: ''} : (door.holder as null)),
    async request() {
      if (door.holder && door.holder !== place.localAddress) throw new RouterRefusal('it has it', true);
      door.holder = place.localAddress;
      return {by: 'pcp', until: Date.now() + 7_200_000, nonce: 'a'.repeat(24)} as const;
    },
    async release() {
      door.holder = null;
    },
  };
  return door;
}

const draw = (door: RouterDoor) => routerForward({...wanted, place, door, purpose: 'pages'});
const hostWith = (lease?: object) =>
  createMemoryHost({
    files: {'/var/lib/jitsi-onebox': {directory: true}, ...(lease && {[path]: JSON.stringify(lease)})},
  });
const lease = {...place, ...wanted, by: 'pcp', until: 4e12, nonce: 'a'.repeat(24)};

test('a forward is asked for once, written down for root only, and given back by an undo', async () => {
  const [door, host] = [makeDoor(), hostWith()];
  await converge(draw(door), host);
  expect(door.holder).toBe(place.localAddress);
  expect((await host.files.stat(path))?.mode).toBe(0o600);
  expect(await compare(draw(door), host)).toEqual([]);
  await converge(restoreForward({thing: 'forward', name: '443/tcp', was: {type: 'absent'}}, door), host);
  expect([door.holder, await host.files.stat(path)]).toEqual([null, undefined]);
  const was = {type: 'value', value: JSON.stringify(lease)} as const;
  await converge(restoreForward({thing: 'forward', name: '443/tcp', was}, door), host);
  expect(door.holder).toBe(place.localAddress);
});

test.each([
  ['over', {...lease, until: 1}, place.localAddress],
  ['of another router', {...lease, gateway: '10.0.0.1'}, place.localAddress],
  ['for a former address of this host', {...lease, localAddress: '192.168.1.21'}, place.localAddress],
  ['forgotten by the router', lease, null],
  ['taken by another device', lease, '192.168.1.99'],
])('a lease that is %s is asked for again', async (_what, former, holder) => {
  expect(await compare(draw(makeDoor(holder)), hostWith(former))).toHaveLength(1);
});

test('where the router cannot say who has a port, the lease counts', async () => {
  const door = {...makeDoor(), findHolder: async () => undefined};
  expect(await compare(draw(door), hostWith(lease))).toEqual([]);
});

test('a record holds the lease, and an absent forward without a lease is none', async () => {
  const resource = draw(makeDoor(place.localAddress));
  const host = hostWith(lease);
  const state = await resource.read(host);
  const [snapshot] = await resource.record(host, state, resource.diff(state, noOtherChanges));
  expect(snapshot).toMatchObject({thing: 'forward', name: '443/tcp', was: {value: JSON.stringify(lease)}});
  expect(await compare(absentForward(wanted, makeDoor()), hostWith())).toEqual([]);
});

test('the names of leases are read, and no other file is one', () => {
  expect(listLeases(['forward-443-tcp.json', 'forward-x-tcp.json', 'runs'])).toEqual([wanted]);
  expect(parseLease('{"port": 443}')).toBeUndefined();
  expect(parseLease(undefined)).toBeUndefined();
});
