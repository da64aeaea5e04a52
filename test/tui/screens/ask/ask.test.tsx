import {expect, test} from 'vitest';
import {lineOf} from '../../../../src/tui/line-editor.ts';
import {AskView} from '../../../../src/tui/screens/ask/ask.tsx';
import {startAsking} from '../../../../src/tui/screens/ask/state.ts';
import {createStore} from '../../../../src/tui/store.ts';
import {frameOf, large} from '../../draw.tsx';
import {map, questions} from '../../samples.ts';

test('a question', () => {
  const state = {...startAsking(questions), typed: {domain: lineOf('meet.example.org')}};
  expect(frameOf(<AskView store={createStore(state)} sketch={() => map} size={large} />)).toMatchInlineSnapshot(`
    "jitsi-onebox · Settings                                        question 1 of 4

    Domain of the meetings
    ╭──────────────────────────────────────────────────────────╮
    │ meet.example.org                                         │
    ╰──────────────────────────────────────────────────────────╯

    The name that participants type. Its DNS record must lead to this host’s
    public address, 198.51.100.10.

    · Internet ─▸ · Router 198.51.100.10          ○ This machine 10.20.0.10
       ┌┄┄┄┄┄┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┬┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐
    80/tcp       443/tcp                            3478/udp         10000/udp
       ┆        ○ HAProxy ┄┄ turn.example.org ┄┄▸ ○ TURN :5349 ┄┄▸ ○ Videobridge
       ┆            ┆                                                    ┆
       ┆    ○ go-mmproxy :4444                       ○ Jicofo            ┆
       ┆            ┆                                   ┆                ┆
    ○ nginx :4443 ◂┄┘                                   ┆                ┆
       └┄┄ meet.example.org ┄┄┄▸ ○ Web :8289 ┄┄┄┄┄▸ ○ Prosody ◂┄┄┄┄┄┄┄┄┄┄┘

    Enter next   Ctrl-C leave"
  `);
});
