import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {settingTable} from '../../src/model/settings/schema.ts';
import {enterRoom} from '../lab/enter.ts';
import {labName} from '../lab/places.ts';
import {guest, imageOf} from './lab.ts';

export type Name = 'web' | 'prosody' | 'jicofo' | 'jvb';
const names: readonly Name[] = ['web', 'prosody', 'jicofo', 'jvb'];

const used = settingTable['images.tag'].default;
/** A tag of its own for each lab: they share the registry's store, and others install from the usual one. */
const tag = `moving-${labName}`;

/** Returns an image's name with the tag that the tests move. */
export const movingOf = (name: Name) => imageOf(name).replace(used, tag);

/** How an image is changed: arguments for `umoci config`, and files that it gets. */
export type Variant = {
  readonly config?: readonly string[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
};

const copy = ['skopeo', '--insecure-policy', 'copy', '--quiet', '--preserve-digests'];

async function inInternet(...argv: readonly string[]): Promise<void> {
  const [file = '', ...args] = enterRoom('internet', argv);
  await execa(file, args, {stdin: 'ignore'});
}

/** Points the moving tag at a variant of an image, at the lab's registry. */
export async function moveTag(name: Name, {config = [], files = {}}: Variant): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'onebox-image-'));
  const layout = join(directory, 'image');
  try {
    await inInternet(...copy, `docker://${imageOf(name)}`, `oci:${layout}:latest`);
    for (const [path, content] of Object.entries(files)) {
      await writeFile(join(directory, 'file'), content, {mode: 0o755});
      await execa('umoci', ['insert', '--image', layout, join(directory, 'file'), path]);
    }
    const label = `--config.label=org.jitsi-onebox.test=${Date.now()}`;
    await execa('umoci', ['config', '--image', layout, label, ...config]);
    await inInternet(...copy, `oci:${layout}:latest`, `docker://${movingOf(name)}`);
  } finally {
    await rm(directory, {recursive: true, force: true});
  }
}

/** Points the moving tags back at the images of the usual one. */
export async function resetTags(): Promise<void> {
  for (const name of names) await inInternet(...copy, `docker://${imageOf(name)}`, `docker://${movingOf(name)}`);
}

const records = '/srv/jitsi/compose.yaml /var/lib/jitsi-onebox/images.yaml /var/lib/jitsi-onebox/image-history.yaml';

/** Lets the installation of the guest follow the moving tag, as if it had been installed with it. */
export async function followMovingTag(): Promise<void> {
  await resetTags();
  const tagged = names.map(name => `docker tag ${imageOf(name)} ${movingOf(name)}`).join(' && ');
  const settings = `printf 'images:\\n  tag: ${tag}\\n' >> /etc/jitsi-onebox/settings.yaml`;
  await guest(`sed -i 's/:${used}/:${tag}/' ${records} && ${tagged} && ${settings}`);
}

/** Lets the installation follow the usual tag again. */
export async function followUsualTag(): Promise<void> {
  const untagged = names.map(name => `docker image rm ${movingOf(name)}`).join(' && ');
  const settings = `sed -i '/^images:$/,$d' /etc/jitsi-onebox/settings.yaml`;
  await guest(
    `sed -i 's/:${tag}/:${used}/' ${records} && ${untagged} && ${settings}; rm -f /var/lib/jitsi-onebox/update.json`,
  );
}

/** Reads which image the container of a service was made from. */
export function imageIdOf(service: string): Promise<string> {
  return guest(
    `docker inspect --format {{.Image}} $(docker ps --quiet --filter label=com.docker.compose.service=${service})`,
  );
}
