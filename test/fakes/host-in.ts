import {mkdir} from 'node:fs/promises';
import {createRealHost} from '../../src/host/real.ts';
import type {Host} from '../../src/model/host.ts';

/** Makes a host of this machine with another root directory, for the commands of a backup. */
export function hostIn(root: string): Host {
  const real = createRealHost();
  const {files} = real;
  const move = (argument: string) =>
    argument === '--directory=/' ? `--directory=${root}` : argument.startsWith('/root/') ? root + argument : argument;
  return {
    ...real,
    run: command => real.run({...command, argv: command.argv.map(move) as [string]}),
    files: {
      ...files,
      read: path => files.read(root + path),
      stat: path => files.stat(root + path),
      list: path => files.list(root + path),
      write: (path, ...more) => files.write(root + path, ...more),
      makeDirectory: async path => void (await mkdir(root + path, {recursive: true})),
      remove: path => files.remove(root + path),
    },
  };
}
