import {expect, test} from 'vitest';
import type {Outlook} from '../../src/model/resource.ts';
import {retiredCertificates} from '../../src/resources/retired-certificates.ts';
import {tlsPath} from '../../src/resources/stand-in-certificate.ts';
import {createAuthorized, name, served, standIn, webroot} from './certbot.ts';
import {testContract} from './contract.ts';
import {compare, converge} from './work.ts';

const retired = retiredCertificates({inUse: [name], webroot, needs: []});
const previous = {[tlsPath('old.example.org')]: {link: '/etc/letsencrypt/live/old.example.org'}};

testContract([
  {
    name: 'a certificate for a previous domain',
    resource: retired,
    machine: () =>
      createAuthorized({
        files: {
          ...served,
          [tlsPath('old.example.org')]: {link: '/etc/letsencrypt/live/old.example.org'},
          '/etc/letsencrypt/renewal/old.example.org.conf': `webroot_path = ${webroot},\n`,
        },
      }),
    differs: ['remove'],
    does: ['run certbot delete --non-interactive --cert-name old.example.org', `remove ${tlsPath('old.example.org')}`],
  },
]);

test('a lineage that renews by other means is foreign: only our link to it is removed', async () => {
  const foreign = {'/etc/letsencrypt/renewal/old.example.org.conf': 'authenticator = nginx\n'};
  const host = createAuthorized({files: {...served, ...previous, ...foreign}});
  await converge(retired, host);
  expect(host.changes).toEqual([`remove ${tlsPath('old.example.org')}`]);
});

test('the old certificate is kept while the new name has only a stand-in, unless the plan orders a certificate', async () => {
  const host = createAuthorized({files: {...standIn, ...previous}});
  expect(await compare(retired, host)).toEqual([]);
  const ordering: Outlook = {
    changes: id => (id === `certificate:${name}` ? [{change: 'order', summary: 'order', content: true}] : []),
  };
  expect(retired.diff(await retired.read(host), ordering)).toHaveLength(1);
});
