import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {describe, expect, test} from 'vitest';
import {renderNews} from '../../src/commands/update-news.ts';
import {makePlan} from '../../src/engine/plan.ts';
import {renderCompose} from '../../src/stack/compose-file.ts';
import {drawStack, drawUpdate, findNews, listImages, switchesImages} from '../../src/stack/index.ts';
import {parseLook} from '../../src/stack/updates/look.ts';
import {addProxy} from '../../src/stack/updates/upgrades.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {assets, makeInput} from './input.ts';

const run = promisify(execFile);
const {blueprint} = drawStack(makeInput());
const composeFile = renderCompose(blueprint);
const {tag} = blueprint.images;
const names = ['web', 'prosody', 'jicofo', 'jvb'].map(name => `ghcr.io/jitsi/${name}:${tag}`);
const all = [...names, 'ghcr.io/coturn/coturn:4.17.0-r0'];
const bridge = `ghcr.io/jitsi/jvb:${tag}`;
const digests = Object.fromEntries(all.map(name => [name, 'sha256:1']));
const byDigest = Object.fromEntries(all.map(name => [`${name.replace(/:[^:]*$/, '')}@sha256:1`, 'sha256:1']));
const yaml = (content: object) => JSON.stringify(content);

const found = `package bash 5.2.37-2+b5 5.2.37-3
size 1500000
bash (5.2.37-3)
CVE-2026-2
CVE-2026-1
bash (5.2.37-2)
CVE-2020-1
package zlib1g 1.3-1 1.3-1
`;

const proxy = 'http://user:p$w@cache.example.test:3142';

/** A machine whose bridge has news, and on which images are where they were installed. */
function machine(look = found, more: Parameters<typeof createMemoryHost>[0] = {}): MemoryHost {
  return createMemoryHost({
    ...more,
    files: {
      '/var/lib/jitsi-onebox': {directory: true},
      '/var/lib/jitsi-onebox/images.yaml': yaml(digests),
      ...more.files,
    },
    images: {...digests, ...byDigest, ...more.images},
    registry: digests,
    commands: {
      'docker run': ({argv}) => (argv.includes('ghcr.io/jitsi/jvb@sha256:1') ? look : ''),
      'apt-config shell': `PROXY='${proxy}'\n`,
      ...more.commands,
    },
  });
}

/** A registry that does not say how large its images are. */
const readLayers = () => Promise.reject(new Error('no answer'));
const news = (host: MemoryHost) =>
  findNews({host, readLayers}, assets, {blueprint, composeFile, tag: 'follow', source: 'rebuild'});

describe('the findings of a look', () => {
  test('are versions, sizes, and the faults between two versions', () => {
    expect(parseLook(found)).toEqual([
      {name: 'bash', from: '5.2.37-2+b5', to: '5.2.37-3', bytes: 1_500_000, fixes: ['CVE-2026-1', 'CVE-2026-2']},
      {name: 'zlib1g', from: '1.3-1', to: '1.3-1', bytes: 0, fixes: []},
    ]);
  });

  test.each([
    ['nothing', '', []],
    ['what is no package', 'package --evil 1 2\npackage a/../b 1 2\npackage bash 1 $(id)\n', []],
    [
      'an unknown former version',
      'package bash 1-1 1-9\nbash (1-9)\nCVE-2026-1\nbash (1-8)\nCVE-2019-1\n',
      ['CVE-2026-1'],
    ],
  ])('%s counts as that', (_what, output, fixes) => {
    expect(parseLook(output).flatMap(each => each.fixes)).toEqual(fixes);
  });
});

describe('news of a rebuild', () => {
  test('are the images with newer packages, listed by name, version and fault', async () => {
    const host = machine();
    const {images, ...rest} = await news(host);
    expect(images).toMatchObject([{name: bridge, from: 'sha256:1', bytes: 1_500_000}]);
    expect(images[0]?.to).toMatch(new RegExp(`^localhost/jitsi-onebox/jvb:${tag}-[0-9a-f]{12}$`));
    expect(images[0]?.rebuild?.packages).toEqual(['bash=5.2.37-3', 'zlib1g=1.3-1']);
    expect(renderNews({images, ...rest}, undefined)).toContain('bash 5.2.37-2+b5 to 5.2.37-3 (CVE-2026-1, CVE-2026-2)');
    expect(host.asked.filter(line => line.startsWith('docker run'))).toHaveLength(5);
    // Its password would show in argv, and in the history of the image.
    expect(JSON.stringify([images, host.asked])).not.toContain('cache.example.test');
  });

  test('are none while everything is in use, and the same look gives the same name', async () => {
    const first = (await news(machine())).images[0]?.to;
    expect((await news(machine())).images[0]?.to).toBe(first);
    const used = {
      files: {
        '/var/lib/jitsi-onebox/images.yaml': yaml({...digests, [bridge]: 'sha256:9'}),
        '/var/lib/jitsi-onebox/image-history.yaml': yaml({
          'localhost/jitsi-onebox/jvb': [{name: first, digest: 'sha256:9', base: 'sha256:1'}],
        }),
      },
      images: {[bridge]: 'sha256:9', 'sha256:9': 'sha256:9', [first ?? '']: 'sha256:9'},
      commands: {'docker image inspect': 'bash=5.2.37-3 zlib1g=1.3-1\n'},
    };
    const host = machine(found.replace('5.2.37-2+b5 5.2.37-3', '5.2.37-3 5.2.37-3'), used);
    const looked = await news(host);
    expect(looked.images).toEqual([]);
    expect(renderNews(looked, undefined)).toContain('Debian has no newer packages for any image.');
    expect(host.asked.join('\n')).toContain('ghcr.io/jitsi/jvb@sha256:1 -s bash=5.2.37-3 zlib1g=1.3-1');
    // Where the published image is wanted again, it is news.
    const published = await findNews({host: machine('', used), readLayers}, assets, {
      blueprint,
      composeFile,
      tag: 'follow',
      source: 'upstream',
    });
    expect(published.images).toMatchObject([{name: bridge, from: 'sha256:9', to: 'sha256:1'}]);
  });

  test('are a problem if the mirrors do not answer', async () => {
    const commands = {'docker run': {exitCode: 100, stderr: 'E: Could not connect\n'}};
    await expect(news(machine('', {commands}))).rejects.toMatchObject({code: 'packages-unknown'});
  });
});

test('a rebuild is built before anything changes, then its name is moved, then its container is made again', async () => {
  const host = machine('x', {
    containers: {
      jitsi: [
        {
          id: 'b',
          image: 'sha256:1',
          service: 'videobridge',
          labels: {},
          running: true,
          health: 'healthy',
          started: 1,
          restarts: 0,
          healthOutput: '',
        },
      ],
    },
  });
  const images = listImages((await news(machine())).images);
  const plan = await makePlan({resources: drawUpdate(blueprint, composeFile, {images}, assets), host});
  const to = images[bridge]?.to;
  expect(plan.changes.map(({id, change}) => [id, change])).toEqual([
    [`built:${to}`, 'create'],
    [`image:${bridge}`, 'update'],
    ['container:videobridge', 'update'],
  ]);
  expect(plan.changes[0]?.differences[0]?.summary).toBe(
    `build ${to}: bash 5.2.37-2+b5 to 5.2.37-3 (CVE-2026-1, CVE-2026-2)`,
  );
  expect(plan.changes.filter(switchesImages).map(({id}) => id)).toEqual([`image:${bridge}`, 'container:videobridge']);
});

test.each(['', 'http://cache.example.test:3142', proxy, 'http://a;b"$(id)\\@c.example.test:1'])(
  'a script finds the proxy %j, and apt gets it where others cannot read it',
  async url => {
    const host = createMemoryHost({commands: {'apt-config shell': url && `PROXY='${url}'\n`}});
    for (const name of ['rebuild/look.sh', 'rebuild/upgrade.sh']) {
      expect(assets(name)).not.toMatch(/apt-get.*proxy/);
      const script = (await addProxy(host, assets(name))).reveal();
      const start = script.slice(0, script.indexOf('export DEBIAN_FRONTEND'));
      const {stdout} = await run('sh', ['-c', `${start}\nprintf %s "\${http_proxy-}"`], {env: {PATH: '/usr/bin:/bin'}});
      expect(stdout).toBe(url);
    }
  },
);
