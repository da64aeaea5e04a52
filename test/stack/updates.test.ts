import {describe, expect, test} from 'vitest';
import {renderNews} from '../../src/commands/update-news.ts';
import {makePlan} from '../../src/engine/plan.ts';
import {version} from '../../src/model/program.ts';
import {renderCompose} from '../../src/stack/compose-file.ts';
import {drawStack, drawUpdate, findLackOfRoom, findNews, needOf, switchesImages} from '../../src/stack/index.ts';
import {describeNotice, findFailed, hasSameTargets, readNotice, writeNotice} from '../../src/stack/updates/notice.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets, makeInput} from './input.ts';

const input = makeInput();
const {blueprint} = drawStack(input);
const composeFile = renderCompose(blueprint);
const web = `ghcr.io/jitsi/web:${blueprint.images.tag}`;
const repository = 'ghcr.io/jitsi/web';
const names = ['web', 'prosody', 'jicofo', 'jvb'].map(name => `ghcr.io/jitsi/${name}:${blueprint.images.tag}`);
const all = [...names, 'ghcr.io/coturn/coturn:4.17.0-r0'];
const digests = Object.fromEntries(all.map(name => [name, 'sha256:1']));

const images = {[web]: {from: 'sha256:1', to: 'sha256:2'}};
const record = (content: Readonly<Record<string, string>>) =>
  Object.entries(content)
    .map(([name, digest]) => `${name}: ${digest}\n`)
    .join('');

/** The layers of the two images at the registry. */
const readLayers = async (image: string) => [
  {digest: 'sha256:a', size: 90_000_000},
  ...(image === `${repository}@sha256:2` ? [{digest: 'sha256:b', size: 5_000_000}] : []),
];

const machine = () =>
  createMemoryHost({
    files: {'/var/lib/jitsi-onebox': {directory: true}, '/var/lib/jitsi-onebox/images.yaml': record(digests)},
    images: {
      ...digests,
      ...Object.fromEntries(all.map(name => [`${name.replace(/:[^:]*$/, '')}@sha256:1`, 'sha256:1'])),
    },
    registry: {...digests, [web]: 'sha256:2'},
  });

describe('a look at the registry', () => {
  test('finds the images whose tag was moved, and what a download of them takes', async () => {
    const news = await findNews({host: machine(), readLayers}, assets, {
      blueprint,
      composeFile,
      tag: 'follow',
      source: 'upstream',
    });
    expect(news.images).toEqual([
      {name: web, title: 'Meeting pages', from: 'sha256:1', to: 'sha256:2', bytes: 5_000_000},
    ]);
    expect(renderNews(news, undefined)).toContain(`Meeting pages: ${web}, 5.0 MB to download`);
  });

  test('with pinned images asks nobody', async () => {
    const news = await findNews({host: createMemoryHost(), readLayers}, assets, {
      blueprint,
      composeFile,
      tag: 'pin',
      source: 'upstream',
    });
    expect(news.images).toEqual([]);
    expect(renderNews(news, undefined)).toContain('updates.tag is pin');
  });

  test('shows newer releases with what changes, and crosses to none of them', async () => {
    const older = {...blueprint, images: {...blueprint.images, tag: 'stable-11146'}};
    const {releases} = await findNews({host: machine(), readLayers}, assets, {
      ...{blueprint: older, composeFile: ''},
      ...{tag: 'follow', source: 'upstream'},
    });
    const text = renderNews({images: [], isPinned: false, isRebuilt: false, releases}, undefined);
    expect(text).toContain('sudo jitsi-onebox apply --set images.tag=stable-11248');
    expect(text).toContain('- Prosody keeps its data in /var/lib/prosody/data.');
  });
});

describe('an update', () => {
  test('pulls, then moves the names, then makes the containers of moved images again', async () => {
    const host = machine();
    const plan = await makePlan({resources: drawUpdate(blueprint, composeFile, {images}, assets), host});
    expect(plan.changes.map(({id, change}) => [id, change])).toEqual([
      [`pulled:${repository}@sha256:2`, 'pull'],
      [`image:${web}`, 'update'],
      ['container:web', 'create'],
    ]);
    // There is no container yet; one that is made again waits too.
    expect(plan.changes.filter(switchesImages).map(({id}) => id)).toEqual([`image:${web}`]);
  });

  test('keeps the previous images and removes the ones before, but no foreign ones and none in use', async () => {
    const history = ['0', '1', '3'].map(number => ({name: web, digest: `sha256:${number}`}));
    const host = machine();
    await host.files.write('/var/lib/jitsi-onebox/image-history.yaml', JSON.stringify({[repository]: history}), {
      mode: 0o644,
      uid: 0,
      gid: 0,
    });
    for (const number of ['0', '3', '9']) host.images[`${repository}@sha256:${number}`] = `sha256:${number}`;
    host.commands['docker ps'] = ({argv}) => (argv.some(each => each.includes('sha256:3')) ? 'abc\n' : '');
    const plan = await makePlan({resources: drawUpdate(blueprint, composeFile, {images}, assets), host});
    const former = plan.changes.find(({id}) => id === 'images:former');
    expect(former?.differences).toEqual([{change: 'remove', summary: `remove ${repository}@sha256:0`}]);
  });
});

test('an update begins only where the disk has room for it', async () => {
  const host = createMemoryHost({
    commands: {
      'docker info': '/data/docker\n',
      'df --output=avail --block-size=1 /data/docker': '    Avail\n500000000\n',
    },
  });
  expect(await findLackOfRoom(host, undefined)).toBeUndefined();
  expect(needOf(60_000_000)).toBeLessThan(500_000_000);
  expect(await findLackOfRoom(host, 60_000_000)).toBeUndefined();
  expect(await findLackOfRoom(host, 90_000_000)).toMatchObject({code: 'no-room'});
});

describe('the notice of an update', () => {
  test('is there until the update is installed', async () => {
    const host = machine();
    expect(await describeNotice(host)).toBeUndefined();
    await writeNotice(host, {checked: '2026-11-29T03:31:00.000Z', images});
    expect(await describeNotice(host)).toBe('An update of 1 image is available: sudo jitsi-onebox update --now');
    await host.files.write('/var/lib/jitsi-onebox/images.yaml', record({[web]: 'sha256:2'}), {
      mode: 0o644,
      uid: 0,
      gid: 0,
    });
    expect(await describeNotice(host)).toBeUndefined();
  });

  test('says what keeps the timer from it', async () => {
    const host = machine();
    const blocked = {at: '2026-11-29T03:33:00.000Z', checks: ['service-nginx']};
    await writeNotice(host, {checked: '2026-11-29T03:31:00.000Z', images, blocked});
    expect(await describeNotice(host)).toContain(
      'The timer did not install it, because these checks fail: service-nginx.',
    );
  });

  test('names a version of the program that was refused, until it is in use', async () => {
    const host = machine();
    const refuse = (number: string) =>
      host.files.write('/opt/jitsi-onebox/refused', `abc\n${number}\n2026-11-29\n`, {mode: 0o644, uid: 0, gid: 0});
    await host.files.makeDirectory('/opt/jitsi-onebox', {mode: 0o755, uid: 0, gid: 0});
    await refuse('99.0.0');
    expect(await describeNotice(host)).toMatch(/^Version 99\.0\.0 of jitsi-onebox failed a check .* on 2026-11-29/);
    await refuse(version);
    expect(await describeNotice(host)).toBeUndefined();
  });

  test('says that it failed before, as long as the images are the same', async () => {
    const host = machine();
    const failed = {at: '2026-11-29T03:33:00.000Z', run: '20261129T033100Z', images};
    await writeNotice(host, {checked: '2026-11-29T03:31:00.000Z', images, failed});
    expect(await describeNotice(host)).toContain('but it failed in run 20261129T033100Z');
    const notice = (await readNotice(host)) ?? {};
    expect(findFailed(notice, images)).toEqual(failed);
    expect(findFailed(notice, {[web]: {to: 'sha256:3'}})).toBeUndefined();
  });

  test('says since when the timer cannot update, and why', async () => {
    const host = machine();
    const hindrance = {at: '2026-11-20T03:31:00.000Z', code: 'no-room', summary: 'The disk is full.'};
    await writeNotice(host, {checked: '2026-11-29T03:31:00.000Z', images: {}, hindrance});
    expect(await describeNotice(host)).toBe(
      'The timer has not been able to update since 2026-11-20: The disk is full.',
    );
  });

  test('of two looks is the same if every image has the same target, however it is built', () => {
    const built = {[web]: {...images[web], rebuild: {from: 'x'}}} as unknown as typeof images;
    expect(hasSameTargets(built, images)).toBe(true);
    expect(hasSameTargets(images, {[web]: {to: 'sha256:3'}})).toBe(false);
    expect(hasSameTargets({}, undefined)).toBe(true);
  });
});

describe('the timer', () => {
  const units = ['jitsi-onebox-update.service', 'jitsi-onebox-update.timer'];
  const draw = (settings: string) => {
    const {document} = makeInput();
    return drawStack(makeInput({settings: `${document}updates: {${settings}}\n`})).resources;
  };
  const planOn = async (settings: string, files = {}) => {
    const show = 'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nMainPID=0\n';
    const host = createMemoryHost({files, commands: {'systemctl show': show}});
    const resources = draw(settings).filter(({id}) => id.includes('jitsi-onebox-update'));
    return (await makePlan({resources, host})).changes;
  };

  test('starts at the time of the settings, and installs or only looks', async () => {
    const textOf = async (settings: string) =>
      (await planOn(settings)).map(({differences}) => differences[0]?.text?.after ?? '').join('\n');
    expect(await textOf("mode: apply, at: '04:15'")).toContain('OnCalendar=*-*-* 04:15:00\n');
    expect(await textOf('mode: apply')).toContain('ExecStart=jitsi-onebox update --now --scheduled --plain\n');
    expect(await textOf('mode: apply')).not.toContain('self-update');
    expect(await textOf('mode: apply, program: true')).toContain('ExecStartPre=-jitsi-onebox self-update --prove\n');
    const notifying = await textOf('mode: notify, program: true');
    expect(notifying).not.toContain('self-update');
    expect(notifying).toContain('ExecStart=jitsi-onebox update --check --scheduled --plain\n');
    expect(notifying).not.toContain('--now');
  });

  test('is removed when updates are switched off; what takes back an interrupted update stays', async () => {
    const files = Object.fromEntries(units.map(unit => [`/etc/systemd/system/${unit}`, {content: 'text'}]));
    const changes = (await planOn('mode: off', files)).map(({id, change}) => `${change} ${id}`).toSorted();
    expect(changes).toEqual([
      'create file:/etc/systemd/system/jitsi-onebox-update-recover.service',
      ...units.map(unit => `remove file:/etc/systemd/system/${unit}`),
      'remove unit:jitsi-onebox-update.timer',
    ]);
  });
});
