import type {Host} from '../model/host.ts';
import {createCommands, type Patience} from './commands.ts';
import {createDocker} from './docker.ts';
import {createFiles} from './files.ts';

/** Makes the machine the program runs on. */
export function createRealHost({
  patience,
  dockerSocket = '/var/run/docker.sock',
}: {
  readonly patience?: Partial<Patience>;
  readonly dockerSocket?: string;
} = {}): Host {
  return {
    ...createCommands(patience),
    files: createFiles(),
    docker: createDocker(dockerSocket),
    now: Date.now,
  };
}
