import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {type Browser, keepPicture, openBrowser} from './browser.ts';
import {meetIn} from './browser-meeting.ts';
import {requireInstalled} from './hosts.ts';
import {ask} from './lab.ts';

// On the network card, where packets vanish as in a firewall on their way; an output filter would return errors to the browser.
const strict = `table netdev firewall {
  chain out {
    type filter hook egress device "eth0" priority filter; policy drop;
    ether type arp accept
    tcp dport 443 accept
    udp dport 53 accept
  }
}`;

const relay = 'turns:turn.example.test:443?transport=tcp over tls';

let browser: Browser;

beforeAll(requireInstalled);

describe('a browser on the internet', () => {
  beforeAll(async () => {
    browser = await openBrowser('outside');
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await ask('outside', ['nft', 'flush ruleset']);
  });

  test('loads the page over HTTP/2 with a trusted certificate and strict headers, and nothing from elsewhere', async () => {
    const page = await browser.open();
    const faults: string[] = [];
    const hosts = new Set<string>();
    page.on('pageerror', error => faults.push(String(error)));
    page.on('response', answer => answer.status() >= 400 && faults.push(`${answer.status()} ${answer.url()}`));
    page.on('request', request => hosts.add(new URL(request.url()).host));
    const response = await page.goto('https://meet.example.test/', {waitUntil: 'networkidle'});
    await keepPicture(page, 'welcome');
    expect(response?.status()).toBe(200);
    expect(await response?.securityDetails()).toMatchObject({
      protocol: 'TLS 1.3',
      issuer: expect.stringMatching(/^Pebble/),
    });
    expect(await page.evaluate<string>('performance.getEntriesByType("navigation")[0].nextHopProtocol')).toBe('h2');
    expect(await response?.allHeaders()).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'strict-transport-security': 'max-age=63072000',
    });
    expect([...hosts]).toEqual(['meet.example.test']);
    expect(faults).toEqual([]);
  });

  test.each(['relay', 'all'] as const)(
    'reaches the bridge through the relay when only TCP 443 and DNS are open, with the policy “%s”',
    async policy => {
      const {exitCode, all} = await ask('outside', ['nft', strict]);
      expect(exitCode, all).toBe(0);
      for (const {services, ways, failures} of await meetIn(browser, {policy, way: {relay}})) {
        expect(services).toContain('turns:turn.example.test:443?transport=tcp');
        expect(new Set(ways.map(way => way.relay)), failures.join('; ')).toEqual(new Set([relay]));
      }
    },
  );

  test('reaches the bridge directly when everything is open', () => demandDirect('198.51.100.10:10000/udp'));
});

describe('a browser in the host’s own network', () => {
  beforeAll(async () => {
    browser = await openBrowser('lan');
  });
  afterAll(() => browser.close());

  test('reaches the bridge at its local address', () => demandDirect('192.168.77.10:10000/udp'));
});

/** Demands that two participants reach the bridge at this address without the relay. */
async function demandDirect(bridge: string): Promise<void> {
  for (const {ways, failures} of await meetIn(browser, {policy: 'all', way: {bridge}}))
    expect(ways, failures.join('; ')).toContainEqual({bridge, relay: 'none'});
}
