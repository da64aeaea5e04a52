import {expect} from 'vitest';
import {type Answer, ask, guest, lab, settings, settingsFile} from './lab.ts';
import {serveForgeries, serveNext, serveRelease} from './releases.ts';

/** Where the lab's release server is. */
export const url = 'https://get.example.net';

/** Serves a release, the one after it and forgeries, and boots a guest that has none of them. */
export async function prepareDelivery(): Promise<void> {
  await serveRelease();
  await serveNext();
  await serveForgeries();
  await prepareGuest();
}

/** Boots a guest without the program, with a user who may use sudo. */
export async function prepareGuest(): Promise<void> {
  await lab('fresh');
  await guest('rm -r /opt/jitsi-onebox /usr/local/bin/jitsi-onebox');
  await guest(`useradd --create-home owner && echo 'owner ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/owner`);
  await guest(`curl -fsSL ${url}/install.sh >/root/install.sh; cat >${settingsFile}`, settings);
}

/** Runs a command line of the guest's shell without a terminal. */
export const line = (text: string) => ask('guest', ['setsid', '--wait', 'sh', '-c', text]);

/** Prints install.sh as it would be on a server that serves other files. */
export const from = (place: string) => `sed "s#='${url}#='${url}/${place}#" /root/install.sh`;

/** Demands an end with a sentence and a status that says so, and nothing changed. */
export async function expectRefusal({exitCode, all}: Answer, sentence: RegExp, status = 1): Promise<void> {
  expect(all).toMatch(sentence);
  expect(exitCode, all).toBe(status);
  expect(await guest('ls -A /opt /usr/local/bin')).toBe('/opt:\n\n/usr/local/bin:');
}
