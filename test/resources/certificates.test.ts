import {expect, test} from 'vitest';
import {certificate, readLineage} from '../../src/resources/certificate.ts';
import {deploymentPath} from '../../src/resources/deployment.ts';
import {standInCertificate, standInPath, tlsPath} from '../../src/resources/stand-in-certificate.ts';
import {
  about,
  activation,
  authority,
  by,
  certonly,
  createAuthorized,
  hook,
  live,
  name,
  ninetyDays,
  ordered,
  pem,
  renewal,
  renewalText,
  served,
  standIn,
  webroot,
} from './certbot.ts';
import {testContract} from './contract.ts';
import {compare, converge} from './work.ts';

testContract([
  {
    name: 'a missing certificate with a stand-in',
    resource: ordered,
    machine: () => createAuthorized({files: standIn}),
    differs: ['order'],
    does: [certonly, ...activation],
  },
  {
    name: 'an existing certificate that is not in use',
    resource: ordered,
    machine: () => createAuthorized({files: {...served, ...standIn}}),
    differs: ['update'],
    does: activation,
  },
  {
    name: 'a certificate from another authority',
    resource: ordered,
    machine: () => createAuthorized({files: {...served, ...renewal('https://staging.example.org/directory')}}),
    differs: ['order'],
    does: [`${certonly} --force-renewal`, ...activation],
  },
  {
    name: 'a self-signed certificate',
    resource: ordered,
    machine: () => createAuthorized({files: {...served, [`${live}/fullchain.pem`]: pem('stand-in')}}),
    differs: ['order'],
    does: [`${certonly} --force-renewal`, ...activation],
  },
  {
    name: 'a missing stand-in',
    resource: standInCertificate(about),
    machine: () => {
      const host = createAuthorized({files: {'/etc/jitsi-onebox/stand-in': {directory: true}}});
      host.commands.openssl = ({argv}) => {
        const key = {type: 'file', content: 'key', mode: 0o600, uid: 0, gid: 0, modified: host.clock} as const;
        host.tree.set(argv[argv.indexOf('-keyout') + 1] ?? '', key);
        return '';
      };
      return host;
    },
    differs: ['create'],
    does: [
      `makeDirectory ${standInPath(name)}`,
      `run openssl req -x509 -batch -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${standInPath(name)}/privkey.pem -subj /CN=jitsi-onebox stand-in -addext subjectAltName=DNS:${name} -days 3650 -out ${standInPath(name)}/fullchain.pem`,
      `link ${tlsPath(name)}`,
    ],
  },
]);

test('a certificate with additional names is accepted, and keeps them when it is ordered again', async () => {
  const files = {...served, [`${live}/fullchain.pem`]: pem('two-names')};
  expect(await compare(ordered, createAuthorized({files}))).toEqual([]);
  const elsewhere = createAuthorized({files: {...files, ...renewal('https://staging.example.org/directory')}});
  await converge(ordered, elsewhere);
  const names = (await readLineage(createAuthorized({files}), name))?.names ?? [];
  expect(names.length).toBe(2);
  expect(elsewhere.changes[0]).toContain(names.map(each => `--domain ${each}`).join(' '));
});

test('a certificate for other names only, or one that cannot be read, is ordered', async () => {
  const other = certificate({...about, ...by, name: 'other.example.org'});
  const files = {
    '/etc/letsencrypt/live/other.example.org/fullchain.pem': ninetyDays,
    '/etc/letsencrypt/renewal/other.example.org.conf': renewalText(authority),
  };
  expect(await compare(other, createAuthorized({files}))).toMatchObject([{change: 'order'}]);
  const broken = createAuthorized({files: {...served, [`${live}/fullchain.pem`]: 'not a certificate'}});
  expect(await compare(ordered, broken)).toMatchObject([{change: 'order'}]);
});

test('a lineage shows its names, authority and lifetime', async () => {
  expect(await readLineage(createAuthorized({files: served}), name)).toEqual({
    names: [name],
    renewal: {server: authority, webroots: {'*': webroot}, autorenew: true},
    isSelfSigned: false,
    begins: Date.parse('2026-11-01'),
    ends: Date.parse('2027-01-30'),
  });
});

test.each([
  ['ninety-days', '2026-12-30T23:59:59Z', 0],
  ['ninety-days', '2026-12-31T00:00:01Z', 1],
  ['ninety-days', '2027-06-01T00:00:00Z', 1],
  ['six-days', '2026-11-22T23:59:59Z', 0],
  ['six-days', '2026-11-23T00:00:01Z', 1],
])("a certificate of %s at %s has %i differences, by certbot's own rule", async (kind, now, count) => {
  const host = createAuthorized({files: {...served, [`${live}/fullchain.pem`]: pem(kind)}, clock: Date.parse(now)});
  expect(await compare(ordered, host)).toHaveLength(count);
});

test.each([
  ['DNS problem: NXDOMAIN looking up A for meet.example.org', 'in the DNS'],
  ['Invalid response from http://meet.example.org/.well-known/acme-challenge/x: 404', 'A web server answered'],
  ['An unknown error', 'Correct what is reported above'],
])('the authority error "%s" is a warning, and the run continues', async (stderr, remedy) => {
  const host = createAuthorized({files: standIn});
  host.commands['certbot certonly'] = {exitCode: 1, stderr: `Certbot failed.\n${stderr}\n`};
  const {warnings} = await converge(ordered, host);
  expect(warnings).toEqual([
    expect.objectContaining({
      code: 'certificate-missing',
      summary: expect.stringContaining(stderr),
      remedy: expect.stringContaining(remedy),
    }),
  ]);
  expect(host.tree.get(tlsPath(name))?.content).toBe(standInPath(name));
  expect(host.changes).toEqual([certonly]);
});

const rehearsed = certificate({...about, ...by, rehearses: true});

test('a rehearsal is the same order with --dry-run, before the order', async () => {
  const host = createAuthorized({files: standIn});
  await converge(rehearsed, host);
  expect(host.changes).toEqual([`${certonly} --dry-run`, certonly, ...activation]);
});

test('a rehearsal that fails stops the order, with the words of the authority', async () => {
  const host = createAuthorized({files: standIn});
  host.commands['certbot certonly'] = ({argv}) =>
    argv.includes('--dry-run') ? {exitCode: 1, stderr: 'CAA record'} : '';
  const {warnings} = await converge(rehearsed, host);
  expect(warnings).toMatchObject([
    {code: 'rehearsal-refused', summary: expect.stringMatching(/nothing was ordered:\nCAA/)},
  ]);
  expect(host.changes).toEqual([`${certonly} --dry-run`]);
});

test('a rehearsal at Let’s Encrypt uses an account of its staging', async () => {
  const directory = (server: string, id: string) => ({
    [`/etc/letsencrypt/accounts/${server}.api.letsencrypt.org/directory/${id.repeat(32)}`]: {directory: true} as const,
  });
  const files = {...standIn, ...directory('acme-v02', 'a'), ...directory('acme-staging-v02', 'b')};
  const host = createAuthorized({files});
  const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory';
  await converge(certificate({...about, ...by, authority: letsEncrypt, rehearses: true}), host).catch(() => undefined);
  expect(host.changes[0]).toMatch(/--account b{32} .*--dry-run$/);
  expect(host.changes[1]).toMatch(/--account a{32} /);
});

test('an order that is refused for a time says until when', async () => {
  const host = createAuthorized({files: standIn});
  host.commands['certbot certonly'] = {exitCode: 1, stderr: 'acme:error:rateLimited :: too many\n'};
  host.commands.tail = '2026-11-22 08:30:00,1:DEBUG:acme.client:Received response:\nHTTP 429\nRetry-After: 7200\n';
  const {warnings} = await converge(ordered, host);
  expect(warnings[0]?.remedy).toContain('It takes no order before 2026-11-22 10:30 UTC.');
});

test('a hook that failed at a renewal is run again', async () => {
  const host = createAuthorized({files: {...served, [deploymentPath(name)]: '1 2026-11-20T08:00:00Z\nno\n'}});
  expect(await compare(ordered, host)).toMatchObject([
    {change: 'update', summary: expect.stringContaining('hook failed')},
  ]);
  host.commands[hook] = () => {
    const written = {type: 'file', mode: 0o644, uid: 0, gid: 0, modified: host.clock} as const;
    host.tree.set(deploymentPath(name), {...written, content: '0 2026-11-22T08:30:00Z\n\n'});
    return '';
  };
  await converge(ordered, host);
  expect(host.changes).toEqual(activation);
});

test('half a lineage from a killed certbot is removed before the next order', async () => {
  const archive = `/etc/letsencrypt/archive/${name}/privkey1.pem`;
  const conf = `/etc/letsencrypt/renewal/${name}.conf`;
  const host = createAuthorized({files: {...standIn, [archive]: 'half', [`${live}/README`]: '', [conf]: ''}});
  await converge(ordered, host);
  const remains = [live, `/etc/letsencrypt/archive/${name}`, conf];
  expect(host.changes).toEqual([...remains.map(path => `remove ${path}`), certonly, ...activation]);
});

test('a hook that fails is a failure, not a missing certificate', async () => {
  const host = createAuthorized({files: standIn});
  host.commands[hook] = {exitCode: 1, stderr: 'nginx: emerg\n'};
  await expect(converge(ordered, host)).rejects.toMatchObject({argv: [hook]});
});

test('the hook gets the lineage in the same variables as from certbot', async () => {
  const host = createAuthorized({files: standIn});
  const environments: unknown[] = [];
  host.commands[hook] = ({env}) => {
    environments.push(env);
    return '';
  };
  await converge(ordered, host);
  expect(environments).toEqual([{RENEWED_LINEAGE: live, RENEWED_DOMAINS: name}]);
});
