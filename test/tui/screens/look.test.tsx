import {expect, test} from 'vitest';
import {LookView} from '../../../src/tui/screens/look.tsx';
import {createStore} from '../../../src/tui/store.ts';
import {frameOf, large} from '../draw.tsx';
import {detected} from '../samples.ts';

test('looking around', () => {
  expect(frameOf(<LookView store={createStore(detected)} size={large} />)).toMatchInlineSnapshot(`
    "jitsi-onebox · Looking around                        looking changes nothing ⠋

    System            Debian GNU/Linux 13 (trixie)                 /etc/os-release
    Memory            4.1 GB                                     systeminformation
    Local address     10.20.0.10                             route to the internet
    Public address    198.51.100.10                        STUN: two servers agree
    NAT               yes: a router stands between this machine and…  addresses c…
    Docker            not installed                                 docker version
    Listening         22/tcp sshd, 68/udp systemd-networkd                      ss

    Ctrl-C leave"
  `);
});
