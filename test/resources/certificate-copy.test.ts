import {expect, test} from 'vitest';
import {certificateCopy} from '../../src/resources/certificate-copy.ts';
import {about, createAuthorized, hook, standIn} from './certbot.ts';
import {converge} from './work.ts';

const directory = '/srv/jitsi/turn/certs';
const copy = certificateCopy({
  ...about,
  directory,
  attributes: {mode: 0o400, uid: 65_534, gid: 65_534},
  hook,
});
const copied = (content: string, more: object = {}) => ({content, mode: 0o400, uid: 65_534, gid: 65_534, ...more});

test.each([
  ['there is none', {}, 2],
  ['it is older than the certificate', {'fullchain.pem': copied('old'), 'privkey.pem': copied('key')}, 1],
  ['others may read the key', {'fullchain.pem': copied('self-signed'), 'privkey.pem': copied('key', {mode: 0o444})}, 1],
  ['root owns it', {'fullchain.pem': copied('self-signed', {uid: 0}), 'privkey.pem': copied('key')}, 1],
  ['it is correct', {'fullchain.pem': copied('self-signed'), 'privkey.pem': copied('key')}, 0],
])('the copy for a service: %s', async (_name, files, stale) => {
  const placed = Object.fromEntries(Object.entries(files).map(([file, seed]) => [`${directory}/${file}`, seed]));
  const host = createAuthorized({files: {...standIn, ...placed}});
  expect((await copy.read(host)).stale).toHaveLength(stale);
  await converge(copy, host);
  expect(host.changes).toEqual(stale === 0 ? [] : [`run ${hook}`]);
});
