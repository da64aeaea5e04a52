import {appendFile, cp, mkdir, readFile, symlink, writeFile} from 'node:fs/promises';
import {basename} from 'node:path';
import {run} from './command.ts';
import {within} from './network.ts';
import {machineStore, runtime} from './places.ts';

const directory = `${runtime}/authority`;
const days = ['-days', '3650'];
const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** The names of the lab's HTTPS servers; pebble itself is on loopback. */
const names = [
  'acme-v02.api.letsencrypt.org',
  'acme-staging-v02.api.letsencrypt.org',
  'brief.example.net',
  'dyn.example.net',
  'ghcr.io',
  'registry-1.docker.io',
  'api.ipify.org',
  'icanhazip.com',
  'cloudflare-dns.com',
  'dns.google',
  'get.example.net',
  'localhost',
];

/** Makes a throw-away authority, and one certificate for all servers of the lab. */
export async function makeCertificates(): Promise<void> {
  await mkdir(directory, {recursive: true, mode: 0o700});
  await openssl('req', '-x509', ...elliptic, ...days, '-subj', '/CN=jitsi-onebox lab', ...file('ca'));
  const alternatives = [...names.map(name => `DNS:${name}`), 'IP:127.0.0.1'].join(',');
  const signer = ['-CA', `${directory}/ca.crt`, '-CAkey', `${directory}/ca.key`];
  const extensions = ['-addext', `subjectAltName=${alternatives}`, '-addext', 'basicConstraints=critical,CA:FALSE'];
  await openssl(
    'req',
    '-x509',
    ...signer,
    ...elliptic,
    ...days,
    '-subj',
    '/CN=lab servers',
    ...extensions,
    ...file('server'),
  );
}

/** The roots that the two authorities make at their start, by the ports that show them. */
const issuing = {issuing: 15_000, brief: 15_001} as const;

/** Fetches the roots that pebbles made at their start, the only ones that their certificates are valid under. */
export async function fetchIssuingRoots(): Promise<void> {
  for (const [name, port] of Object.entries(issuing)) {
    const url = `https://127.0.0.1:${port}/roots/0`;
    const root = await run(within('internet', ['curl', '-sSf', '--cacert', `${directory}/ca.crt`, url]));
    await writeFile(`${directory}/${name}.crt`, `${root}\n`);
  }
}

/** The certificates that everyone in the lab trusts. */
export const roots: readonly string[] = ['ca', ...Object.keys(issuing)].map(name => `${directory}/${name}.crt`);

/** Copies the machine's certificate store, which is never changed, and adds the lab's roots. */
export async function makeMachineStore(): Promise<void> {
  await cp('/etc/ssl/certs', machineStore, {recursive: true, verbatimSymlinks: true});
  for (const root of roots) {
    const name = `onebox-${basename(root, '.crt')}.pem`;
    await cp(root, `${machineStore}/${name}`);
    await appendFile(`${machineStore}/ca-certificates.crt`, await readFile(root));
    // OpenSSL finds a certificate in a directory by the hash of its subject.
    const hash = await run(['openssl', 'x509', '-in', root, '-noout', '-subject_hash']);
    await symlink(name, `${machineStore}/${hash}.0`);
  }
}

/** Puts the lab's roots into the store of the Debian tree mounted there. */
export async function trustInGuest(tree: string): Promise<void> {
  const store = `${tree}/usr/local/share/ca-certificates`;
  await mkdir(store, {recursive: true});
  for (const root of roots) await cp(root, `${store}/onebox-${basename(root)}`);
  await run(['chroot', tree, 'update-ca-certificates']);
}

function file(name: string): string[] {
  return ['-keyout', `${directory}/${name}.key`, '-out', `${directory}/${name}.crt`];
}

async function openssl(...args: string[]): Promise<void> {
  await run(['openssl', ...args]);
}
