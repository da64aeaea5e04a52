import type {Host} from '../model/host.ts';

/** Reads what a program has written into its log since the log had this size, without its warnings. */
export async function readRefusal(host: Host, log: string | undefined, size: number): Promise<string> {
  if (log === undefined) return '';
  const {stdout} = await host.query({argv: ['tail', `--bytes=+${size + 1}`, log]});
  const reasons = stdout.split('\n').flatMap(line => /\[(?:emerg|alert|crit)\] \S+ (.*)$/.exec(line)?.[1] ?? []);
  return [...new Set(reasons)].join('\n');
}
