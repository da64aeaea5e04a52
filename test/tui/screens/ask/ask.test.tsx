import {expect, test} from 'vitest';
import {gatherSettings} from '../../../../src/model/settings/gather.ts';
import {askAgain} from '../../../../src/model/settings/questions.ts';
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
       ┆        ○ HAProxy ┄┄ turn.example.org ┄┄▸ ○ Relay :5349 ┄▸ ○ Videobridge
       ┆            ┆                                                    ┆
       ┆    ○ go-mmproxy :4444                       ○ Jicofo            ┆
       ┆            ┆                                   ┆                ┆
    ○ nginx :4443 ◂┄┘                                   ┆                ┆
       └┄┄ meet.example.org ┄┄┄▸ ○ Web :8289 ┄┄┄┄┄▸ ○ Prosody ◂┄┄┄┄┄┄┄┄┄┄┘

    Enter next   Ctrl-C leave"
  `);
});

test('a group of optional questions shows what is set in it', () => {
  const draft = gatherSettings({
    saved: {name: 'settings.yaml', text: 'branding: {title: Meet A, header: {subtitle: {nl: B}}}'},
  });
  const optional = askAgain(draft).filter(({group}) => group !== undefined);
  const frame = frameOf(<AskView store={createStore(startAsking(optional))} sketch={() => map} size={large} />);
  expect(frame).toContain('Branding: Title in the browser tab: Meet A, Line below the heading: {nl: B}');
  expect(frame).toContain('Ports: 6 settings, all default');
});
