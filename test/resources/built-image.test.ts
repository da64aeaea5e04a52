import {describe, expect, test} from 'vitest';
import {Secret} from '../../src/model/secret.ts';
import {builtImage} from '../../src/resources/built-image.ts';
import {containerImage, restoreImage} from '../../src/resources/container-image.ts';
import {formerImages} from '../../src/resources/former-images.ts';
import {readBase} from '../../src/resources/image-record.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {compare, converge, required} from './work.ts';

const name = 'localhost/jitsi-onebox/web:stable-1-abc';
const container = 'localhost-jitsi-onebox-web-stable-1-abc';
const base = 'ghcr.io/jitsi/web@sha256:1';
const published = 'ghcr.io/jitsi/web:stable-1';
const image = builtImage({
  ...{name, base, packages: ['bash=5.3'], title: 'Image', place: 'web', needs: []},
  readScript: async () => new Secret('true'),
  news: ['bash 5.2 to 5.3'],
});

/** An Engine that runs containers, and makes images of them. */
function engine(more: Parameters<typeof createMemoryHost>[0] = {}): MemoryHost {
  let isThere = false;
  return createMemoryHost({
    ...more,
    files: {'/var/lib/jitsi-onebox': {directory: true}, ...more.files},
    images: {[base]: 'sha256:1', ...more.images},
    commands: {
      'docker image inspect': '{"User":"s6","Entrypoint":["/init"],"Cmd":["-v"]}',
      'docker ps': () => (isThere ? 'abc\n' : ''),
      'docker run': () => {
        isThere = true;
        return '';
      },
      'docker rm': () => {
        isThere = false;
        return '';
      },
      'docker commit': (_command, host) => {
        // The Engine finds an image by its id too.
        for (const each of [name, 'sha256:9']) host.images[each] = 'sha256:9';
        return '';
      },
      'docker tag': ({argv: [, , from = '', to = '']}, host) => {
        host.images[to] = host.images[from] ?? '';
        return '';
      },
      'docker image rm': ({argv}, host) => {
        delete host.images[argv.at(-1) ?? ''];
        return '';
      },
      ...more.commands,
    },
  });
}

describe('an image that is built here', () => {
  test('starts as the one that it is built from, and leaves no container', async () => {
    const host = engine();
    await converge(image, host);
    const runs = host.changes.filter(line => line.startsWith('run '));
    expect(runs).toEqual([
      `run docker run --interactive --name ${container} --user 0 --entrypoint sh --cpu-shares 128 ${base} -s bash=5.3`,
      [
        'run docker commit --change USER s6 --change ENTRYPOINT ["/init"] --change CMD ["-v"]',
        '--change LABEL org.jitsi-onebox.base=sha256:1 --change LABEL org.jitsi-onebox.packages="bash=5.3"',
        `${container} ${name}`,
      ].join(' '),
      `run docker rm --force --volumes ${container}`,
    ]);
    expect(await readBase(host, 'sha256:9')).toBe('sha256:1');
    expect(await compare(image, host)).toEqual([]);
  });

  test('is not there if its packages could not be installed', async () => {
    const host = engine({commands: {'docker run': {exitCode: 100}}});
    await expect(converge(image, host)).rejects.toThrow();
    expect(host.changes.join('\n')).not.toContain('commit');
  });

  test('is taken back with the container that a power failure left', async () => {
    const host = engine();
    await host.run({argv: ['docker', 'run']});
    const removal = required(
      restoreImage({thing: 'image', name, was: {type: 'absent'}}, {project: 'jitsi', keepsBuilds: false}).removed[0],
    );
    await converge(removal, host);
    expect(host.changes.slice(1)).toEqual([`run docker rm --force --volumes ${container}`]);
    host.images[name] = 'sha256:9';
    await converge(removal, host);
    expect(host.images[name]).toBeUndefined();
  });
});

describe('the name of a published image', () => {
  const named = containerImage({name: published, digest: name, title: 'Image', place: 'web', needs: []});

  test('is given to the one that is built, and back to it later', async () => {
    const host = engine({images: {[published]: 'sha256:1'}});
    await converge(image, host);
    await converge(named, host);
    expect(host.images[published]).toBe('sha256:9');
    expect(await compare(containerImage({name: published, title: 'Image', place: 'web', needs: []}), host)).toEqual([]);
    // An undo of a later update knows it by its digest.
    host.images[published] = 'sha256:1';
    await converge(
      containerImage({name: published, digest: 'sha256:9', title: 'Image', place: 'web', needs: []}),
      host,
    );
    expect(host.images[published]).toBe('sha256:9');
  });

  test('means what it was built from where the built one is gone', async () => {
    const host = engine({images: {[published]: 'sha256:1'}});
    await converge(image, host);
    await converge(named, host);
    for (const each of [published, name, 'sha256:9']) delete host.images[each];
    await converge(containerImage({name: published, title: 'Image', place: 'web', needs: []}), host);
    expect(host.images[published]).toBe('sha256:1');
  });
});

test('former images that were built are removed before those that they were built from, which stay while one is kept', async () => {
  const history = {
    'ghcr.io/jitsi/web': [
      {name: published, digest: 'sha256:1'},
      {name: published, digest: 'sha256:2'},
    ],
    'localhost/jitsi-onebox/web': [
      {name, digest: 'sha256:9', base: 'sha256:1'},
      {name: `${name}2`, digest: 'sha256:8', base: 'sha256:2'},
    ],
  };
  const host = engine({
    files: {'/var/lib/jitsi-onebox/image-history.yaml': JSON.stringify(history)},
    images: {'ghcr.io/jitsi/web@sha256:2': 'sha256:2', [name]: 'sha256:9', [`${name}2`]: 'sha256:8'},
  });
  const former = (...kept: readonly string[]) =>
    compare(formerImages({title: 'Former', needs: [], isKept: ({digest}) => kept.includes(digest)}), host);
  expect((await former('sha256:9')).map(({summary}) => summary)).toEqual([
    `remove ${name}2`,
    'remove ghcr.io/jitsi/web@sha256:2',
  ]);
});
