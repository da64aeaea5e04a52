import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';

export type UserOptions = {readonly name: string; readonly title: string; readonly place: Place};

/** A system user without a home, a password or a shell, for one service to run as. */
export function systemUser({name, title, place}: UserOptions): Resource<boolean> {
  return {
    id: `user:${name}`,
    title,
    place,
    kind: 'user',
    needs: [],
    locks: [],
    read: async host => (await host.query({argv: ['getent', 'passwd', name]})).exitCode === 0,
    diff: exists => (exists ? [] : [{change: 'create', summary: `add the system user ${name}`}]),
    async apply({host}) {
      const argv = ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'] as const;
      await host.run({argv: [...argv, '--shell', '/usr/sbin/nologin', name]});
    },
  };
}

/** No such user, nor the group that came with it. */
export function absentUser(name: string, needs: readonly string[]): Resource<boolean> {
  const user = systemUser({name, title: `The user ${name}`, place: 'host'});
  return {
    ...user,
    needs,
    diff: exists => (exists ? [{change: 'remove', summary: `remove the user ${name}`}] : []),
    async apply({host}) {
      await host.run({argv: ['userdel', name]});
    },
  };
}
