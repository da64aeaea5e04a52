import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {isUnfinished} from './apt.ts';

export type SoundConfigurationOptions = {
  readonly program: string;
  readonly place: Place;
  /** The command that checks the configuration. */
  readonly test: (host: Host) => Promise<readonly [string, ...string[]]>;
  /** Matches complaints about our own files: a run corrects those. */
  readonly ours: RegExp;
};

/**
 * A server whose foreign files are valid. It never changes anything: where they are not, the server could neither load our files nor
 * start again, so the plan stops before it touches a running service.
 */
export function soundConfiguration({program, place, test, ours}: SoundConfigurationOptions): Resource<void> {
  return {
    id: `configuration:${program}`,
    title: `Configuration of ${program} besides ours`,
    place,
    kind: 'configuration',
    needs: [],
    locks: [],
    async read(host) {
      const command = await test(host);
      const {exitCode, stdout, stderr} = await host.query({argv: command});
      const complaint = `${stdout}${stderr}`.trim();
      // A missing program or an unreadable file says nothing about the configuration.
      if (exitCode === 0 || exitCode === 127 || /Permission denied/.test(complaint) || ours.test(complaint)) return;
      if (await isHalfInstalled(host, program)) return;
      throw broken(command, complaint);
    },
    diff: () => [],
    record: () => [],
    apply: async () => {},
  };
}

/** A package that dpkg has not finished may still lack its user or its own files. */
async function isHalfInstalled(host: Host, program: string): Promise<boolean> {
  const {stdout} = await host.query({argv: ['dpkg-query', '--show', '--showformat=${db:Status-Status}', program]});
  return isUnfinished(stdout);
}

function broken([program, ...args]: readonly string[], complaint: string): Problem {
  return new Problem({
    code: 'configuration-broken',
    summary: `${program} does not accept its configuration as it is now:\n${complaint}`,
    why: `Running services continue, but ${program} would load nothing new and would not start again.`,
    remedy: `Correct the errors until \`${[program, ...args].join(' ')}\` finds none, then try again.`,
  });
}
