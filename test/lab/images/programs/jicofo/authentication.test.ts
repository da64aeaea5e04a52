import {afterEach, expect, test, vi} from 'vitest';
import {keepSessions, type Login} from './authentication.ts';

const anna = 'anna@meet.jitsi/laptop';
const room = 'daily@muc.meet.jitsi';

afterEach(() => void vi.restoreAllMocks());

const open = (outlivesRoom = true) => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const sessions = keepSessions({domain: 'meet.jitsi', outlivesRoom});
  const admit = (login: Partial<Login>) =>
    sessions.admit({sender: anna, room, machine: 'm1', session: undefined, ...login});
  const lines = () => said.mock.calls.map(([line]) => String(line).replace(/^Jicofo \S+ \S+ /, ''));
  return {...sessions, admit, lines};
};

const reasonOf = ({error}: ReturnType<ReturnType<typeof open>['admit']>) => error?.getChild('text')?.text();

test('each request without a session begins one, and one with its session does not', () => {
  const {admit} = open();
  const first = admit({}).session?.id;
  expect(admit({}).session?.id).not.toBe(first);
  expect(admit({session: first}).session?.id).toBe(first);
});

test('a guest has no session, and only who has one is known', () => {
  const {admit, isKnown} = open();
  expect(admit({sender: 'x@guest.meet.jitsi/r'})).toEqual({});
  expect([isKnown('x@guest.meet.jitsi/r'), isKnown(anna)]).toEqual([false, false]);
  admit({});
  expect(isKnown(anna)).toBe(true);
});

test('a request without a machine, of another machine, or with an unknown session is refused', () => {
  const {admit} = open();
  const session = admit({}).session?.id;
  expect(reasonOf(admit({machine: undefined}))).toBe("Missing mandatory attribute 'machine-uid'");
  expect(reasonOf(admit({session, machine: 'm2'}))).toBe('machine UID mismatch or empty');
  expect(reasonOf(admit({session: 'gone'}))).toBe('invalid session');
});

test('a session outlives its room and ends with a logout, which the log says', () => {
  const {admit, isKnown, endRoom, logOut, lines} = open();
  const session = admit({}).session?.id;
  endRoom(room);
  expect(isKnown(anna)).toBe(true);
  expect([logOut(session), logOut(session), isKnown(anna)]).toEqual([true, false, false]);
  expect(lines()).toEqual([
    `INFO: Authentication session created for anna@meet.jitsi SID: ${session}`,
    expect.stringMatching(new RegExp(`^INFO: Authentication removed: AuthSession.*SID=${session}, `)),
  ]);
});

test('with tokens it ends with its room', () => {
  const {admit, isKnown, endRoom} = open(false);
  admit({});
  endRoom(room);
  expect(isKnown(anna)).toBe(false);
});
