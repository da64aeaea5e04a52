import type {Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {
  applyBranding,
  applySettings,
  findBrokenTitles,
  listStarts,
  pixel,
  readLatestRun,
  subtitles,
  takeBrandingBack,
  title,
  watchSignalling,
} from './branding.ts';
import {type Browser, keepPicture, openBrowser} from './browser.ts';
import {meetIn} from './browser-meeting.ts';
import {requireInstalled} from './hosts.ts';
import {ask, guest, settings} from './lab.ts';

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

  describe('of a server with branding', branding);
});

describe('a browser in the host’s own network', () => {
  beforeAll(async () => {
    browser = await openBrowser('lan');
  });
  afterAll(() => browser.close());

  test('reaches the bridge at its local address', () => demandDirect('192.168.77.10:10000/udp'));
});

/** Tests how the pages look to participants; the server is as before in the end. */
function branding(): void {
  const open = async (locale: string) => {
    const page = await browser.open({locale});
    await page.goto('https://meet.example.test/');
    await untilWelcome(page);
    return page;
  };
  let first: string;

  beforeAll(async () => {
    const page = await open('en-US');
    const readGap = await watchSignalling(page);
    const before = await listStarts();
    await applyBranding();
    first = await readLatestRun();
    // Only the web container: participants lose signalling for as long as it restarts, and no audio or video.
    expect(withoutWeb(await listStarts())).toBe(withoutWeb(before));
    const gap = await readGap();
    console.log(`While web restarted, signalling was lost for ${Math.round(gap)} ms.`);
    expect(gap).toBeLessThan(20_000);
  });
  afterAll(async () => {
    await takeBrandingBack(first);
    expect(await guest('cat /etc/jitsi-onebox/settings.yaml; ls /srv/jitsi/web /srv/jitsi/storage')).toBe(
      `${settings}/srv/jitsi/storage:\nprosody\ntranscripts\nweb\n\n/srv/jitsi/web:\nnginx-custom`,
    );
    const page = await open('nl-NL');
    expect(await page.title()).toBe('Jitsi Meet');
  });

  test.each(Object.entries(subtitles))(
    'sees title, texts, logo, icon, background and styles in %s',
    async (locale, subtitle) => {
      const page = await open(locale);
      await keepPicture(page, `branding-${locale}`);
      expect(await page.title()).toBe(title);
      expect(await page.locator('.header-text-title').textContent()).toBe('Appelo Solutions');
      expect(await page.locator('.header-text-subtitle').textContent()).toBe(subtitle);
      expect(await page.locator('.watermark').getAttribute('href')).toBe('https://your.web.site/');
      expect(await styleOf(page, '.watermark > div', 'backgroundImage')).toMatch(
        /\/static\/branding\/watermark\.svg"\)$/,
      );
      expect(await styleOf(page, '.welcome', 'backgroundColor')).toBe('rgb(184, 199, 224)');
      for (const path of ['images/favicon.ico?v=1', 'images/welcome-background.png'])
        expect(await download(page, path)).toBe(pixel);
      expect(await download(page, 'images/logo-deep-linking.png')).not.toBe(pixel);
    },
  );

  test('is not interrupted by another subtitle, and sees it at once', async () => {
    const before = await listStarts();
    await applySettings({'header.subtitle': 'Other words'});
    expect(await listStarts()).toBe(before);
    const page = await open('nl-NL');
    expect(await page.locator('.header-text-subtitle').textContent()).toBe('Other words');
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
  });

  test('reads every title as text', async () => {
    expect(await findBrokenTitles(await browser.open())).toEqual([]);
  });
}

/** Waits until the welcome page shows what it has in every client: its title, a heading, and the logo or an empty place for it. */
async function untilWelcome(page: Page): Promise<void> {
  await page.locator('.header-text-title', {hasText: /\S/}).waitFor();
  await page.locator('.watermark').waitFor({state: 'attached'});
  expect(await page.title()).not.toBe('');
}

const withoutWeb = (starts: string) => starts.replace(/^web .*$/m, '');

const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);

/** Returns what the page gets from a path, in Base64. */
const download = (page: Page, path: string) =>
  page.evaluate<string>(
    `fetch('${path}').then(answer => answer.bytes()).then(bytes => btoa(String.fromCharCode(...bytes)))`,
  );

/** Demands that two participants reach the bridge at this address without the relay. */
async function demandDirect(bridge: string): Promise<void> {
  for (const {ways, failures} of await meetIn(browser, {policy: 'all', way: {bridge}}))
    expect(ways, failures.join('; ')).toContainEqual({bridge, relay: 'none'});
}
