import {expect, test} from 'vitest';
import {makePlan} from '../../../src/engine/plan.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {drawStack} from '../../../src/stack/index.ts';
import {planMetrics} from '../../../src/stack/metrics/offer.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const offer = (allow: readonly string[], ipv6 = true) => planMetrics({enabled: true, allow, port: 9812}, ipv6)?.listens;

test.each([
  [['127.0.0.1'], ['127.0.0.1:9812']],
  [
    ['127.0.0.0/8', '::1'],
    ['127.0.0.1:9812', '[::1]:9812'],
  ],
  [['127.0.0.1', '192.168.1.0/24'], ['9812']],
  [['fd00::/64'], ['[::]:9812']],
])('for %j, nginx listens on %j', (allow, listens) => {
  expect(offer(allow)).toEqual(listens);
});

test('without IPv6, or without a wish, nothing listens there', () => {
  expect(offer(['192.168.1.5', '::1'], false)).toEqual(['9812']);
  expect(planMetrics({enabled: false, allow: ['192.168.1.5'], port: 9812}, true)).toBeUndefined();
  const {resources} = drawStack(makeInput());
  const files = resources.filter(({id}) => id.includes('metrics')).map(({title}) => title);
  expect(files.filter(title => !/removed|Unused/.test(title))).toEqual([]);
});

test('metrics that are switched off are removed', async () => {
  const paths = ['/etc/nginx/sites-available/jitsi-metrics.conf', '/etc/systemd/system/jitsi-onebox-metrics.socket'];
  const host = createMemoryHost({
    files: Object.fromEntries(paths.map(path => [path, {content: 'text'}])),
    commands: {'systemctl show': 'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nMainPID=0\n'},
  });
  const {resources} = drawStack(makeInput());
  const {changes} = await makePlan({resources: resources.filter(({id}) => id.includes('metrics')), host});
  expect(changes.map(({id, change}) => `${change} ${id}`).toSorted()).toEqual([
    ...paths.map(path => `remove file:${path}`),
    'remove unit:jitsi-onebox-metrics.socket',
  ]);
});

test.each([
  ['metrics.allow=[]', /is empty/],
  ['metrics.allow=[everybody]', /neither an address nor a network/],
  ['metrics.allow=[0.0.0.0/0]', /far too large/],
  ['metrics.allow=[::/0]', /far too large/],
  ['metrics.allow=[192.168.1.5/24]', /the network is 192\.168\.1\.0\/24/],
  ['metrics.allow=[192.168.1.0/33]', /neither/],
])('--set %s is refused', (flag, said) => {
  expect(
    gatherSettings({flags: [flag]})
      .faults.map(({reason}) => reason)
      .join(),
  ).toMatch(said);
});

test.each(['[127.0.0.1]', '[10.0.0.0/8, fd00:77::/64]', '192.168.1.5'])('--set metrics.allow=%s is accepted', value => {
  expect(gatherSettings({flags: [`metrics.allow=${value}`]}).faults).toEqual([]);
});

test('two parts never get one port', () => {
  const flags = ['metrics.enabled=true', 'metrics.port=4443'];
  expect(gatherSettings({flags}).faults).toMatchObject([{key: 'metrics.port'}]);
  expect(gatherSettings({flags: flags.slice(1)}).faults).toEqual([]);
});
