import {describe, expect, test} from 'vitest';
import {type MapStates, planStates} from '../../../src/model/map.ts';
import {drawMap, type MapSource} from '../../../src/stack/map.ts';
import {layOutMap, mapSize} from '../../../src/tui/map/layout.ts';
import {chooseTheme} from '../../../src/tui/theme.ts';

const ports = {web: 8289, https: 4443, mmproxy: 4444, media: 10000, stun: 3478, turns: 5349};
const behindRouter: MapSource = {
  domain: 'meet.example.org',
  hasRelay: true,
  turnDomain: 'turn.example.org',
  ports,
  publicAddress: '198.51.100.10',
  localAddress: '192.168.1.20',
};

function draw(source: MapSource, states?: MapStates, env = {LANG: 'C.UTF-8'}): string {
  const map = drawMap(source);
  const rows = layOutMap(map, states ?? planStates(map), chooseTheme(env).glyphs.map);
  return rows
    .map(row =>
      row
        .map(({text}) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

describe('the map', () => {
  test('of what is planned behind a router', () => {
    expect(draw(behindRouter)).toMatchInlineSnapshot(`
      "· Internet ─▸ · Router 198.51.100.10          ○ This machine 192.168.1.20
         ┌┄┄┄┄┄┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┬┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐
      80/tcp       443/tcp                            3478/udp         10000/udp
         ┆        ○ HAProxy ┄┄ turn.example.org ┄┄▸ ○ Relay :5349 ┄▸ ○ Videobridge
         ┆            ┆                                                    ┆
         ┆    ○ go-mmproxy :4444                       ○ Jicofo            ┆
         ┆            ┆                                   ┆                ┆
      ○ nginx :4443 ◂┄┘                                   ┆                ┆
         └┄┄ meet.example.org ┄┄┄▸ ○ Web :8289 ┄┄┄┄┄▸ ○ Prosody ◂┄┄┄┄┄┄┄┄┄┄┘"
    `);
  });

  test('lights up a line when both its ends are there', () => {
    const {boxes} = drawMap(behindRouter);
    const all = Object.fromEntries(boxes.map(({place}) => [place, 'ok'])) as MapStates;
    expect(draw(behindRouter, {...all, nginx: 'failed', web: 'running'})).toMatchInlineSnapshot(`
      "✔ Internet ─▸ ✔ Router 198.51.100.10          ✔ This machine 192.168.1.20
         ┌┄┄┄┄┄┄┄┄┄┄┄┄┼───────────────────────────────────┬────────────────┐
      80/tcp       443/tcp                            3478/udp         10000/udp
         ┆        ✔ HAProxy ── turn.example.org ──▸ ✔ Relay :5349 ─▸ ✔ Videobridge
         ┆            │                                                    │
         ┆    ✔ go-mmproxy :4444                       ✔ Jicofo            │
         ┆            ┆                                   │                │
      ✖ nginx :4443 ◂┄┘                                   │                │
         └┄┄ meet.example.org ┄┄┄▸ ▸ Web :8289 ┄┄┄┄┄▸ ✔ Prosody ◂──────────┘"
    `);
  });

  test('of a machine on the internet itself, without the relay', () => {
    const {domain, publicAddress} = behindRouter;
    expect(draw({domain, hasRelay: false, ports, publicAddress, localAddress: publicAddress})).toMatchInlineSnapshot(`
      "· Internet ┄▸ ○ This machine 198.51.100.10
         ┌┄┄┄┄┄┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐
      80/tcp       443/tcp                                             10000/udp
         ┆        ○ HAProxy                                          ○ Videobridge
         ┆            ┆                                                    ┆
         ┆    ○ go-mmproxy :4444                       ○ Jicofo            ┆
         ┆            ┆                                   ┆                ┆
      ○ nginx :4443 ◂┄┘                                   ┆                ┆
         └┄┄ meet.example.org ┄┄┄▸ ○ Web :8289 ┄┄┄┄┄▸ ○ Prosody ◂┄┄┄┄┄┄┄┄┄┄┘"
    `);
  });

  test('in ASCII', () => {
    const {boxes} = drawMap(behindRouter);
    const all = Object.fromEntries(boxes.map(({place}) => [place, 'set-up'])) as MapStates;
    expect(draw(behindRouter, {...all, jicofo: 'planned'}, {LANG: 'C'})).toMatchInlineSnapshot(`
      "* Internet -> * Router 198.51.100.10          * This machine 192.168.1.20
         +------------+-----------------------------------+----------------+
      80/tcp       443/tcp                            3478/udp         10000/udp
         |        * HAProxy -- turn.example.org --> * Relay :5349 -> * Videobridge
         |            |                                                    |
         |    * go-mmproxy :4444                       o Jicofo            |
         |            |                                   :                |
      * nginx :4443 <-+                                   :                |
         +-- meet.example.org ---> * Web :8289 -----> * Prosody <----------+"
    `);
  });

  test('keeps its shape with the longest names, ports and addresses', () => {
    const lines = draw({
      hasRelay: true,
      domain: 'a-very-long-name-for-a-meeting.example.org',
      turnDomain: 'another-very-long-name.example.org',
      ports: {web: 65531, https: 65532, mmproxy: 65533, media: 65534, stun: 65535, turns: 65530},
      publicAddress: '198.151.100.210',
      localAddress: '192.168.100.210',
    }).split('\n');
    expect(lines).toHaveLength(mapSize.rows);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "· Internet ─▸ · Router 198.151.100.210        ○ This machine 192.168.100.210
         ┌┄┄┄┄┄┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┬┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐
      80/tcp       443/tcp                            65535/udp        65534/udp
         ┆        ○ HAProxy  another-very-long-n… ▸ ○ Relay :65530 ▸ ○ Videobridge
         ┆            ┆                                                    ┆
         ┆    ○ go-mmproxy :65533                      ○ Jicofo            ┆
         ┆            ┆                                   ┆                ┆
      ○ nginx :65532 ◂┘                                   ┆                ┆
         └┄ a-very-long-name-f… ┄▸ ○ Web :65531 ┄┄┄┄▸ ○ Prosody ◂┄┄┄┄┄┄┄┄┄┄┘"
    `);
  });
});
