import {expect, test} from 'vitest';
import {parseRenewal} from '../../src/model/lineage.ts';
import {certificate} from '../../src/resources/certificate.ts';
import {tlsPath} from '../../src/resources/stand-in-certificate.ts';
import {
  about,
  activation,
  authority,
  by,
  certonly,
  createAuthorized,
  live,
  name,
  ordered,
  pem,
  renewalText,
  served,
  webroot,
} from './certbot.ts';
import {compare, converge} from './work.ts';

const conf = `/etc/letsencrypt/renewal/${name}.conf`;
/** A lineage as certbot writes it. */
const renews = (lines: string, map = '') =>
  `version = 4.0.0\ncert = ${live}/cert.pem\n\n# Options used in the renewal process\n[renewalparams]\naccount = ${'a'.repeat(32)}\nserver = ${authority}\n${lines}\n${map && `[[webroot_map]]\n${map}\n`}`;
const host = (text: string, more: object = {}) =>
  createAuthorized({
    files: {...served, [tlsPath(name)]: {link: '/etc/jitsi-onebox/stand-in/x'}, [conf]: text, ...more},
  });

test.each([
  ['our webroot', `authenticator = webroot\nwebroot_path = ${webroot},`, `${name} = ${webroot}`],
  [
    'our webroot in quotes, with comments',
    `authenticator = "webroot" # mine\nwebroot_path = '${webroot}/', # ours`,
    '',
  ],
  ['our webroot in a map with spaces', `authenticator = webroot\n[[ webroot_map ]]\n${name} = "${webroot}/"`, ''],
  ['our webroot without a map', `authenticator = webroot\nwebroot_path = /var/www/other, ${webroot},`, ''],
])('a lineage that renews by %s is ours, and no other is ordered', async (_case, lines, map) => {
  expect(await compare(ordered, host(renews(lines, map)))).toMatchObject([
    {change: 'update', summary: `use the certificate of ${authority} for ${name}`},
  ]);
});

test.each([
  ['standalone', 'authenticator = standalone', '', 'renews by standalone'],
  ['standalone', 'authenticator = "standalone"  # for now', '', 'renews by standalone'],
  ['nginx', 'authenticator = nginx\ninstaller = nginx', '', 'renews by nginx'],
  [
    'another webroot',
    'authenticator = webroot\nwebroot_path = /var/www/html,',
    `${name} = /var/www/html`,
    'renews by the webroot /var/www/html',
  ],
])(
  'a lineage that renews by %s is converted: the plan says so, and a new one is ordered at once',
  async (_case, lines, map, why) => {
    const machine = host(renews(lines, map));
    expect(await compare(ordered, machine)).toMatchObject([{change: 'order', summary: expect.stringContaining(why)}]);
    const recorded = await ordered.record(machine, await ordered.read(machine), []);
    expect(recorded).toContainEqual(
      expect.objectContaining({thing: 'path', name: conf, was: expect.objectContaining({type: 'file'})}),
    );
    expect(recorded).toContainEqual(
      expect.objectContaining({thing: 'lineage', name, was: {type: 'value', value: 'present'}}),
    );
    await converge(ordered, machine);
    expect(machine.changes).toEqual([`${certonly} --force-renewal`, ...activation]);
  },
);

test.each([
  ['manual', 'authenticator = manual'],
  ['a DNS plugin', 'authenticator = dns-cloudflare'],
  ['nothing, in quotes', `authenticator = webroot\nwebroot_path = ${webroot}\nautorenew = "False" # mine`],
  ['nothing, by its own setting', `authenticator = webroot\nwebroot_path = ${webroot},\nautorenew = False`],
])('a lineage that renews by %s stays the user’s, with any issuer and at any age', async (_case, lines) => {
  const text = renews(lines).replace(authority, 'https://other.example.org/directory');
  const machine = host(text);
  machine.clock = Date.parse('2027-06-01');
  expect(await compare(ordered, machine)).toMatchObject([
    {change: 'update', summary: `use your own certificate for ${name}`},
  ]);
  await converge(ordered, machine);
  expect(machine.changes).toEqual(activation);
});

test('a certificate that the user copied to live/NAME stays the user’s, also besides the empty file of a failed order', async () => {
  for (const remains of [{[conf]: undefined}, {[conf]: ''}]) {
    const files = Object.fromEntries(Object.entries({...served, ...remains}).filter(([, each]) => each !== undefined));
    expect(await compare(ordered, createAuthorized({files: files as typeof served}))).toEqual([]);
  }
});

test('half a lineage of a killed certbot, with links and an empty renewal file, is no certificate', async () => {
  const archive = `/etc/letsencrypt/archive/${name}/fullchain1.pem`;
  const files = {...served, [conf]: '', [archive]: pem('ninety-days'), [`${live}/fullchain.pem`]: {link: archive}};
  expect(await compare(ordered, createAuthorized({files}))).toMatchObject([
    {change: 'order', summary: expect.stringContaining('there is none yet')},
  ]);
});

test('other names of a lineage keep their own webroot; where they have none, the lineage stays the user’s', async () => {
  const two = {[`${live}/fullchain.pem`]: pem('two-names')};
  const {lineage} = await ordered.read(host(renews(''), two));
  const other = lineage?.names.find(each => each !== name) ?? '';
  const mapped = host(renews('authenticator = webroot', `${name} = /var/www/html\n${other} = /srv/www`), two);
  await converge(ordered, mapped);
  expect(mapped.changes[0]).toContain(
    `--webroot-path ${webroot} --domain ${name} --webroot-path /srv/www --domain ${other} --cert-name ${name}`,
  );
  expect(await compare(ordered, host(renews('authenticator = standalone'), two))).toMatchObject([
    {summary: `use your own certificate for ${name}`},
  ]);
  const both = certificate({...about, ...by, ours: [name, other]});
  expect(await compare(both, host(renews('authenticator = standalone'), two))).toMatchObject([{change: 'order'}]);
});

test('where certbot has several accounts at the authority, the plan and the order name the one of the lineage or of the setting', async () => {
  const [one, other] = ['a'.repeat(32), 'b'.repeat(32)];
  const accounts = '/etc/letsencrypt/accounts/acme.example.org/directory';
  const several = {[`${accounts}/${one}/meta.json`]: '{}', [`${accounts}/${other}/meta.json`]: '{}'};
  const old = `${renewalText('https://staging.example.org/directory')}account = ${other}\n`;
  const machine = () => host(old, several);
  for (const [account, used] of [
    ['auto', other],
    [one, one],
  ] as const) {
    const [resource, it] = [certificate({...about, ...by, account}), machine()];
    expect(await compare(resource, it)).toMatchObject([{summary: expect.stringContaining(`with the account ${used}`)}]);
    await converge(resource, it);
    expect(it.changes[0]).toContain(` --account ${used} --authenticator webroot`);
  }
  await expect(compare(certificate({...about, ...by, account: 'c'.repeat(32)}), machine())).rejects.toMatchObject({
    code: 'no-such-account',
    summary: expect.stringContaining(`it has ${one}, ${other}`),
  });
});

test.each(['', 'nonsense', '[other]\nserver = x'])('a renewal file without parameters (%j) is none', text => {
  expect(parseRenewal(text)).toBeUndefined();
});
