import {describe, expect, test} from 'vitest';
import {makePlan} from '../../../src/engine/plan.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {drawStack, listBackupPaths} from '../../../src/stack/index.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const {document} = makeInput();
const units = ['jitsi-onebox-watch.service', 'jitsi-onebox-watch.timer'].map(unit => `/etc/systemd/system/${unit}`);

async function planOn(settings: string, files = {}) {
  const show = 'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nMainPID=0\n';
  const host = createMemoryHost({files, commands: {'systemctl show': show}});
  const {resources} = drawStack(makeInput({settings: `${document}${settings}\n`}));
  return (await makePlan({resources: resources.filter(({id}) => id.includes('onebox-watch')), host})).changes;
}

describe('the timer', () => {
  test('is there when it is asked for, with the interval of the settings', async () => {
    const changes = await planOn('watch: {mode: on, interval: 30m}');
    const text = changes.map(({differences}) => differences[0]?.text?.after ?? '').join('\n');
    expect(text).toContain('OnUnitActiveSec=1800s\n');
    expect(text).toContain('ExecStart=jitsi-onebox doctor --watch --plain\n');
  });

  test('is not there otherwise, and is removed', async () => {
    const files = Object.fromEntries(units.map(path => [path, {content: 'text'}]));
    const changes = (await planOn('', files)).map(({id, change}) => `${change} ${id}`).toSorted();
    expect(changes).toEqual([...units.map(path => `remove file:${path}`), 'remove unit:jitsi-onebox-watch.timer']);
  });
});

test.each([
  ['watch.interval=5m', /10m to 1d/],
  ['notify.mail.to=[nobody]', /before an @/],
  ['notify.hook.url=http://chat.example.org/', /https/],
  ['notify.hook.url=http://203.0.113.4/', /https/],
  ['notify.hook.header=/root/header', /needs notify.hook.url/],
  ['notify.smtp.user=meet', /needs notify.smtp.password/],
  ['notify.smtp.port=0', /port/],
])('--set %s is refused', (flag, said) => {
  const {faults} = gatherSettings({flags: [flag]});
  expect(faults.map(({reason}) => reason).join()).toMatch(said);
});

test.each(['http://192.168.1.5:8080/hook', 'http://127.0.0.1/', 'https://chat.example.org/hook?x=1'])(
  '%s is a web hook',
  url => {
    expect(gatherSettings({flags: [`notify.hook.url=${url}`]}).faults).toEqual([]);
  },
);

test('a password is never sent without encryption', () => {
  const flags = ['host=mail.example.org', 'user=meet', 'password=/root/p', 'tls=never'].map(
    each => `notify.smtp.${each}`,
  );
  expect(gatherSettings({flags}).faults).toMatchObject([{key: 'notify.smtp.tls'}]);
});

test('a backup holds the files of secrets', () => {
  const settings = `${document}notify: {hook: {url: 'https://a.example.org/', header: /root/header}}\n`;
  expect(listBackupPaths(makeInput({settings}).settings)).toContain('/root/header');
});
