import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import {absent, present, type Snapshot} from '../model/snapshot.ts';

export type UserOptions = {
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  /** Its number, and that of its group; any that is free if it does not matter. */
  readonly uid?: number | undefined;
  readonly wanted?: 'present' | 'absent';
};

type UserState = {readonly exists: boolean; readonly uid: string | undefined};

/** The id of a user. */
export const userId = (name: string) => `user:${name}`;

// Killed half-way with the worker, the tool would leave a user without its group, or the other way round.
const ownUnit = ['--quiet', '--wait', '--pipe', '--collect', '--'];

/** A system user without a home, a password or a shell, for one service to run as; or no such user, nor its group. */
export function systemUser({name, title, place, uid, wanted = 'present'}: UserOptions): Resource<UserState> {
  return {
    id: userId(name),
    title,
    place,
    kind: 'user',
    needs: [],
    // The tools do not wait long for each other, and the order in /etc/passwd is the same every time.
    locks: ['accounts'],
    async read(host) {
      const {exitCode, stdout} = await host.query({argv: ['getent', 'passwd', name]});
      return {exists: exitCode === 0, uid: /^[^:]*:[^:]*:(\d+):/.exec(stdout)?.[1]};
    },
    diff({exists}) {
      if (exists === (wanted === 'present')) return [];
      return exists
        ? [{change: 'remove', summary: `remove the user ${name}`}]
        : [{change: 'create', summary: `add the system user ${name}`}];
    },
    record: (_host, {exists, uid: value}) => {
      const was = value === undefined ? present : ({type: 'value', value} as const);
      return [{thing: 'user', name, place, was: exists ? was : absent}];
    },
    async apply({host}, {exists}) {
      const number = uid === undefined ? [] : ['--uid', String(uid)];
      const options = ['--system', ...number, '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
      const tool = exists ? ['userdel', name] : ['useradd', ...options, '--shell', '/usr/sbin/nologin', name];
      await host.run({argv: ['systemd-run', ...ownUnit, ...tool]});
    },
  };
}

/** A user as a snapshot has it. */
export function restoreUser({name, was, place = 'host'}: Snapshot): Resource<UserState> {
  const uid = was.type === 'value' && /^\d+$/.test(was.value) ? Number(was.value) : undefined;
  return systemUser({name, title: `User ${name}`, place, uid, wanted: was.type === 'absent' ? 'absent' : 'present'});
}
