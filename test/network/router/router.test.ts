import {expect, test} from 'vitest';
import {RouterRefusal} from '../../../src/model/router.ts';
import {findRouter, routerDoor} from '../../../src/network/router/router.ts';
import {readServices} from '../../../src/network/router/upnp.ts';
import {type Habits, startRouter} from './fake-router.ts';

const signal = new AbortController().signal;
const localAddress = '127.0.0.1';
const media = {port: 10_000, protocol: 'udp'} as const;
const pages = {port: 443, protocol: 'tcp'} as const;

test.each<[string, string, Habits['speaks']]>([
  ['all protocols', '127.0.1.1', ['pcp', 'nat-pmp', 'upnp']],
  ['PCP only', '127.0.1.2', ['pcp']],
  ['NAT-PMP only', '127.0.1.3', ['nat-pmp']],
  ['UPnP only', '127.0.1.4', ['upnp']],
  ['none', '127.0.1.5', []],
])(
  'a router that speaks %s is found, asked, and gets its forward back',
  {timeout: 15_000},
  async (_what, gateway, speaks) => {
    const {forwards} = await startRouter(gateway, {speaks});
    const place = {gateway, localAddress};
    const address = speaks.includes('nat-pmp') || speaks.includes('upnp') ? '198.51.100.10' : null;
    expect((await findRouter(place, signal)).value).toEqual({address, offers: speaks});
    if (speaks.length === 0) return;
    const grant = await routerDoor.request(place, media, signal);
    expect(grant).toMatchObject({by: speaks[0], until: expect.any(Number)});
    expect([...forwards]).toEqual([['10000/udp', localAddress]]);
    const holder = await routerDoor.findHolder(place, media, signal);
    expect(holder).toEqual(speaks.includes('upnp') ? {to: localAddress, port: 10_000, description: ''} : undefined);
    await routerDoor.release({...place, ...media, ...grant}, signal);
    expect([...forwards]).toEqual([]);
  },
);

test('a router that lets a second pass before it answers a search is found all the same', async () => {
  const gateway = '127.0.1.6';
  await startRouter(gateway, {speaks: ['upnp'], waits: {search: 1000, request: 300}});
  const {value} = await findRouter({gateway, localAddress}, signal);
  expect(value).toEqual({address: '198.51.100.10', offers: ['upnp']});
});

test.each([
  ['a router that is silent', '127.0.1.7', [], 2000],
  ['a router that never answers a request', '127.0.1.8', ['upnp'], 3200],
] as const)('%s is left after a while', async (_what, gateway, speaks, most) => {
  await startRouter(gateway, {speaks, waits: {search: 1000, request: 10_000}});
  const begin = performance.now();
  expect((await findRouter({gateway, localAddress}, signal)).value).toEqual({address: null, offers: []});
  expect(performance.now() - begin).toBeLessThan(most);
});

test.each<[string, Habits['speaks']]>([
  ['127.0.2.1', ['pcp']],
  ['127.0.2.2', ['nat-pmp']],
  ['127.0.2.3', ['upnp']],
])('a port of another device is not taken from it (%s: %j)', async (gateway, speaks) => {
  const {forwards} = await startRouter(gateway, {speaks, taken: [443]});
  const asked = routerDoor.request({gateway, localAddress}, pages, signal);
  await expect(asked).rejects.toMatchObject({isTaken: true});
  expect(forwards.get('443/tcp')).toBe('192.168.1.99');
});

test('a refusal is reported in its own words, and is no other device', async () => {
  const gateway = '127.0.3.1';
  await startRouter(gateway, {speaks: ['pcp', 'nat-pmp'], isStrict: true});
  const error = await routerDoor.request({gateway, localAddress}, pages, signal).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(RouterRefusal);
  expect(error).toMatchObject({
    message: expect.stringMatching(/does not allow that|takes no requests/),
    isTaken: false,
  });
});

test('a router whose forwards never end gets one for good', async () => {
  const gateway = '127.0.3.2';
  await startRouter(gateway, {speaks: ['upnp'], isPermanent: true});
  expect(await routerDoor.request({gateway, localAddress}, media, signal)).toEqual({by: 'upnp', until: null});
});

test.each([
  ['elsewhere', 'http://192.0.2.7/ctl'],
  ['in a file', 'file:///etc/passwd'],
])('a description that sends requests %s is not followed', (_what, control) => {
  const xml = `<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>${control}</controlURL></service>`;
  expect(readServices(xml, new URL('http://192.168.1.1:5000/root.xml'))).toBeUndefined();
});

const most = 64 * 1024;
const fill = (text: string) => text.repeat(Math.ceil(most / text.length)).slice(0, most);

test.each([
  ['services without an end', fill('<service>')],
  ['services with elements without an end', fill('<service><serviceType ')],
  ['empty services', fill('<service></service>')],
  ['prefixes', fill(`<${'a'.repeat(most)}`)],
  ['prefixes and names', fill('<a:serviceType<a:URLBase')],
  ['attributes', fill('<URLBase a="')],
  ['an endless attribute', fill(`<URLBase ${' '.repeat(most)}`)],
  ['texts without an end', fill('<serviceType>x')],
  ['an endless text', fill(`<service><serviceType>${'x'.repeat(most)}`)],
  ['almost the right type', fill(`<service><serviceType>${':service:WANIPConnection:'.repeat(20)}</serviceType>`)],
])('a description of 64 KiB with %s is read in no time', (_what, xml) => {
  const begin = performance.now();
  expect(readServices(xml, new URL('http://192.168.1.1:5000/root.xml'))).toBeUndefined();
  expect(performance.now() - begin).toBeLessThan(100);
});

test('of an endless description no more than the beginning is read', async () => {
  const gateway = '127.0.3.3';
  const late = `<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/ctl</controlURL></service>`;
  await startRouter(gateway, {speaks: ['upnp'], description: ' '.repeat(4 * most) + late});
  expect((await findRouter({gateway, localAddress}, signal)).value?.offers).toEqual([]);
});
