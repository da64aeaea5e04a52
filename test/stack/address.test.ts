import {readdir} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {known} from '../../src/model/facts.ts';
import {completeSettings} from '../../src/model/settings/complete.ts';
import {gatherSettings} from '../../src/model/settings/gather.ts';
import {
  describeAddress,
  drawAddressChange,
  drawStack,
  findFollowingFaults,
  namesToFollow,
  publishAddress,
  readAddressNotice,
  writeAddressNotice,
} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {drawFiles} from './drawn-files.ts';
import {makeInput, readGoldenInput} from './input.ts';

const minimal = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
const gather = (text: string) => gatherSettings({file: {name: 'my.yaml', text: minimal + text}});
const settingsOf = (text: string) => completeSettings(gather(text));
const follow = 'address: {changes: apply}\n';
const rfc2136 = `${follow}dynamic-dns: {kind: rfc2136, server: 'ns.example.org:5353', zone: example.org, secret: /root/key}\n`;
const elsewhere = '198.51.100.77';

const golden = await readdir(new URL('../golden', import.meta.url));

describe('a change of the address', () => {
  test.each(golden)('of %s changes no file that it does not draw', async name => {
    const input = readGoldenInput(name);
    if (input.settings.address.public !== 'auto') return;
    const moved = {...input, facts: {...input.facts, publicAddress: known(elsewhere, 'a test')}};
    const [before, after] = [await drawFiles(input), await drawFiles(moved)];
    const changed = Object.keys(after).filter(path => after[path] !== before[path]);
    expect(changed.length).toBeGreaterThan(0);
    const drawn = drawAddressChange(drawStack(moved)).map(({id}) => id);
    expect(changed.filter(path => !drawn.includes(`file:${path}`))).toEqual([]);
  });

  test('draws the bridge, and the relay where there is one, and needs nothing else', () => {
    const ids = (text: string) =>
      drawAddressChange(drawStack(makeInput({settings: text}))).map(({id}) => id.replace(/^.*[:/]/, ''));
    expect(ids(minimal).toSorted()).toEqual(['compose.yaml', 'turn', 'turnserver.conf', 'videobridge']);
    const alone = drawAddressChange(drawStack(makeInput()));
    expect(alone.flatMap(({needs}) => needs).filter(need => !alone.some(({id}) => id === need))).toEqual([]);
  });
});

test.each([
  ['', []],
  [
    `${follow}dynamic-dns: {kind: http, url: 'https://d.example.org/?ip={address}'}\n`,
    ['meet.example.org', 'turn.example.org'],
  ],
  [
    `${follow}dynamic-dns: {kind: http, url: 'https://d.example.org/?ip={address}', names: [home.example.org]}\n`,
    ['home.example.org'],
  ],
])('the names of %j follow', (text, names) => {
  expect(namesToFollow(settingsOf(text))).toEqual(names);
});

test.each([
  ['dynamic-dns: {kind: http}\naddress: {changes: apply}\n', /dynamic-dns.kind .*needs dynamic-dns\.url/],
  [`${follow}dynamic-dns: {kind: rfc2136, server: 'ns.example.org:53'}\n`, /needs dynamic-dns\.zone/],
  ["dynamic-dns: {kind: http, url: 'https://d.example.org/{address}'}\n", /needs address\.changes: apply/],
  [`${follow}dynamic-dns: {kind: http, url: 'https://d.example.org/'}\n`, /has no \{address\}/],
  [`${follow}dynamic-dns: {kind: http, url: 'http://d.example.org/{address}'}\n`, /does not start with https/],
  [`${follow}dynamic-dns: {kind: http, url: 'https://d.example.org/{address}{password}'}\n`, /has other places than/],
  ['dynamic-dns: {secret: key}\n', /not the absolute path/],
])('the settings %j are refused', (text, words) => {
  expect(() => settingsOf(text)).toThrow(words);
});

const key = {content: 'key "lab" {};', mode: 0o600, uid: 0, gid: 0};

test.each([
  ['is there', key, undefined],
  ['is missing', undefined, 'is not there'],
  ['can be read by others', {...key, mode: 0o640}, 'its mode is 640'],
  ['is somebody else’s', {...key, uid: 1000}, 'does not belong to root'],
])('a secret that %s', async (_what, file, fault) => {
  const host = createMemoryHost({files: file ? {'/root/key': file} : {}});
  const found = await findFollowingFaults(host, settingsOf(rfc2136));
  if (fault === undefined) expect(found).toEqual([]);
  else expect(found).toMatchObject([{code: 'dynamic-dns-secret', summary: expect.stringContaining(fault)}]);
});

test('an address that is given cannot be followed', async () => {
  const given = settingsOf('address: {changes: notify, public: 198.51.100.10}\n');
  expect(await findFollowingFaults(createMemoryHost(), given)).toMatchObject([{code: 'address-given'}]);
});

test('nsupdate gets its commands on standard input, and the key as a file', async () => {
  const inputs: unknown[] = [];
  const host = createMemoryHost({
    files: {'/root/key': key},
    commands: {
      nsupdate: ({input}) => {
        inputs.push(input);
        return '';
      },
    },
  });
  await publishAddress(host, settingsOf(rfc2136), elsewhere);
  expect(host.changes).toEqual(Array.from({length: 2}, () => 'run nsupdate -t 20 -k /root/key'));
  expect(inputs[1]).toBe(
    `server ns.example.org 5353\nzone example.org.\nupdate delete turn.example.org. IN A\nupdate add turn.example.org. 60 IN A ${elsewhere}\nsend\n`,
  );
});

test('an update that is refused is a problem with the words of nsupdate', async () => {
  const host = createMemoryHost({
    files: {'/root/key': key},
    commands: {nsupdate: {exitCode: 2, stderr: 'update failed: REFUSED\n'}},
  });
  await expect(publishAddress(host, settingsOf(rfc2136), elsewhere)).rejects.toMatchObject({
    code: 'dynamic-dns-failed',
    summary: `The DNS entry of meet.example.org could not be changed to ${elsewhere}: update failed: REFUSED.`,
  });
});

test('another address than the one in use is reported until the containers name it', async () => {
  const compose = (address: string) => `# Written by jitsi-onebox\nJVB_ADVERTISE_IPS: "192.168.1.20,${address}"\n`;
  const host = createMemoryHost({
    files: {'/var/lib/jitsi-onebox': {directory: true}, '/srv/jitsi/compose.yaml': compose('198.51.100.10')},
  });
  expect(await describeAddress(host, '/srv/jitsi')).toBeUndefined();
  await writeAddressNotice(host, {checked: '2026-11-29T16:00:00Z', seen: elsewhere});
  expect(await readAddressNotice(host)).toMatchObject({v: 1, seen: elsewhere});
  expect(await describeAddress(host, '/srv/jitsi')).toContain(
    `is ${elsewhere} now, and participants are still sent to 198.51.100.10`,
  );
  const known = {checked: '2026-11-29T16:00:00Z', seen: '198.51.100.10', pending: '198.51.100.10'};
  await writeAddressNotice(host, known);
  expect(await describeAddress(host, '/srv/jitsi')).toContain('The change to 198.51.100.10 has not ended');
  await writeAddressNotice(host, {...known, pending: undefined});
  expect(await describeAddress(host, '/srv/jitsi')).toBeUndefined();
  host.tree.delete('/srv/jitsi/compose.yaml');
  expect(await describeAddress(host, '/srv/jitsi')).toBeUndefined();
});
