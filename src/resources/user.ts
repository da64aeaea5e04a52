import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import {absent, present, type Snapshot} from '../model/snapshot.ts';

export type UserOptions = {
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  readonly wanted?: 'present' | 'absent';
};

/** The id of a user. */
export const userId = (name: string) => `user:${name}`;

// Killed half-way with the worker, the tool would leave a user without its group, or the other way round.
const ownUnit = ['--quiet', '--wait', '--pipe', '--collect', '--'];

/** A system user without a home, a password or a shell, for one service to run as; or no such user, nor its group. */
export function systemUser({name, title, place, wanted = 'present'}: UserOptions): Resource<boolean> {
  return {
    id: userId(name),
    title,
    place,
    kind: 'user',
    needs: [],
    locks: [],
    read: async host => (await host.query({argv: ['getent', 'passwd', name]})).exitCode === 0,
    diff(exists) {
      if (exists === (wanted === 'present')) return [];
      return exists
        ? [{change: 'remove', summary: `remove the user ${name}`}]
        : [{change: 'create', summary: `add the system user ${name}`}];
    },
    record: (_host, exists) => [{thing: 'user', name, place, was: exists ? present : absent}],
    async apply({host}, exists) {
      const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
      const tool = exists ? ['userdel', name] : ['useradd', ...options, '--shell', '/usr/sbin/nologin', name];
      await host.run({argv: ['systemd-run', ...ownUnit, ...tool]});
    },
  };
}

/** A user as a snapshot has it. */
export function restoreUser({name, was, place = 'host'}: Snapshot): Resource<boolean> {
  return systemUser({name, title: `User ${name}`, place, wanted: was.type === 'absent' ? 'absent' : 'present'});
}
