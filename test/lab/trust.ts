import {appendFile, cp, mkdir, readFile, symlink} from 'node:fs/promises';
import {basename} from 'node:path';
import {roots} from './authority.ts';
import {run} from './command.ts';
import {machineStore} from './places.ts';

/** Copies the machine's store, which itself is never changed, and adds the lab's roots. */
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
