import {readFile} from 'node:fs/promises';
import type {Page} from 'playwright-core';
import {renderScript, renderTitle} from '../../src/stack/branding/texts.ts';
import {sampleHostile} from '../stack/hostile.ts';
import {guest} from './lab.ts';

const golden = new URL('../golden/branded/branding/', import.meta.url);
/** A picture of one pixel. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const subtitles = {
  'en-US': 'Secure and high quality meetings powered by Jitsi',
  'nl-NL': 'Veilige vergaderingen van hoge kwaliteit met Jitsi',
  'fr-FR': 'Conférences sécurisées et de haute qualité de Jitsi',
  'de-DE': 'Sichere und voll funktionale Videokonferenzen mit Jitsi',
};
export const title = `Meet "Appelo" <Solutions> & 'more' </script> 😀`;

/** Puts files into branding/ of the stack's directory, and applies the texts as settings. */
export async function applyBranding(): Promise<void> {
  await guest('mkdir -p /srv/jitsi/branding');
  for (const name of ['watermark.svg', 'plugin.head.html'])
    await guest(`cat > /srv/jitsi/branding/${name}`, await readFile(new URL(name, golden), 'utf8'));
  for (const name of ['favicon.ico', 'welcome-background.png'])
    await guest(`base64 --decode > /srv/jitsi/branding/${name}`, pixel);
  const lines = Object.entries(subtitles).map(([locale, text]) => `${locale.slice(0, 2)}: ${text}`);
  await applySettings({
    title: JSON.stringify(title),
    'header.title': 'Appelo Solutions',
    'header.subtitle': `{${lines.join(', ')}}`,
    'logo.link': 'https://your.web.site',
  });
}

/** Applies settings of the group `branding`. */
export async function applySettings(settings: Readonly<Record<string, string>>): Promise<string> {
  const flags = Object.entries(settings).map(
    ([key, value]) => `--set 'branding.${key}=${value.replaceAll("'", "'\\''")}'`,
  );
  return guest(`jitsi-onebox apply --yes --plain ${flags.join(' ')} 2>&1`);
}

/** Takes back everything since a run, and the files in branding/. */
export async function takeBrandingBack(run: string): Promise<void> {
  await guest(`rm -rf /srv/jitsi/branding && jitsi-onebox undo ${run} --yes`);
}

export const readLatestRun = async () => (await guest('ls /var/lib/jitsi-onebox/runs | tail -1')).trim();

/** Lists the containers with the times of their starts. */
export const listStarts = () =>
  guest(
    'docker ps -q | xargs docker inspect --format \'{{index .Config.Labels "com.docker.compose.service"}} {{.State.StartedAt}}\' | sort',
  );

/** Has the page keep a websocket to Prosody open, and measure how long it is without one. */
export async function watchSignalling(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`(() => {
    window.gap = 0;
    const connect = lost => {
      const socket = new WebSocket('wss://meet.example.test/xmpp-websocket', 'xmpp');
      let isOpen = false;
      socket.onopen = () => { isOpen = true; if (lost) window.gap = Math.max(window.gap, performance.now() - lost); };
      socket.onclose = () => setTimeout(connect, 100, isOpen ? performance.now() : lost);
    };
    connect(0);
  })()`);
  return () => page.evaluate<number>('window.gap');
}

/** Returns the titles that do not survive the page's head, with Chromium's parser of HTML. */
export async function findBrokenTitles(page: Page): Promise<readonly string[]> {
  const titles = sampleHostile(100)
    .map(text => text.replaceAll(/\p{Cc}|\p{Cs}/gu, ''))
    .filter(text => text !== '');
  const heads = titles.map(text => {
    const script = renderScript({settings: {title: text}, files: [], former: []});
    return {text, head: `${renderTitle(text)}<script>${script}</script>`};
  });
  return page.evaluate<readonly string[]>(`(heads => {
    const parse = head => new DOMParser().parseFromString('<!doctype html><html><head>' + head + '</head><body></body></html>', 'text/html');
    const isWhole = ({text, head}) => {
      const page = parse(head);
      const names = [...page.querySelectorAll('*')].map(({localName}) => localName).join(' ');
      return names === 'html head title meta meta link script body' && page.querySelector('title').textContent === text;
    };
    return heads.filter(each => !isWhole(each)).map(({text}) => text);
  })(${JSON.stringify(heads)})`);
}
