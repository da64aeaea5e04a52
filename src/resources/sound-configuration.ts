import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {isUnfinished} from './apt.ts';

export type SoundConfigurationOptions = {
  readonly program: string;
  readonly place: Place;
  /** The command that finds fault with the configuration; nothing where the program has none yet. */
  readonly test: (host: Host) => Promise<readonly [string, ...string[]]>;
  /** Complaints about files of ours: a run mends those. */
  readonly ours: RegExp;
};

/**
 * A server whose own files beside ours are in order. It never changes anything: where they are not, the server could neither
 * take ours nor start again, so the plan stops before anything that serves is touched.
 */
export function soundConfiguration({program, place, test, ours}: SoundConfigurationOptions): Resource<void> {
  return {
    id: `configuration:${program}`,
    title: `Configuration of ${program} beside ours`,
    place,
    kind: 'configuration',
    needs: [],
    locks: [],
    async read(host) {
      const command = await test(host);
      const {exitCode, stdout, stderr} = await host.query({argv: command});
      const complaint = `${stdout}${stderr}`.trim();
      // Missing, or not for this user to read: then there is nothing to be said about it.
      if (exitCode === 0 || exitCode === 127 || /Permission denied/.test(complaint) || ours.test(complaint)) return;
      if (await isHalfInstalled(host, program)) return;
      throw broken(command, complaint);
    },
    diff: () => [],
    record: () => [],
    apply: async () => {},
  };
}

/** What dpkg has not finished may want its user or its own files yet. */
async function isHalfInstalled(host: Host, program: string): Promise<boolean> {
  const {stdout} = await host.query({argv: ['dpkg-query', '--show', '--showformat=${db:Status-Status}', program]});
  return isUnfinished(stdout);
}

function broken([program, ...args]: readonly string[], complaint: string): Problem {
  return new Problem({
    code: 'configuration-broken',
    summary: `${program} does not accept its configuration as it is now:\n${complaint}`,
    why: `What runs goes on, but ${program} would take nothing new, and would not start again.`,
    remedy: `Put right what it complains of until \`${[program, ...args].join(' ')}\` is content, then try again.`,
  });
}
