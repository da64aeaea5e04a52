import {limit} from '../model/limit.ts';
import type {Machine} from '../model/machine.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import type {Blueprint} from './blueprint.ts';
import {registriesOf} from './looks.ts';

/** Milliseconds for an answer: without one the plan is shown all the same. */
const patience = 3500;

type Ask = Machine['askStatus'];

/** Warns of an authority or a registry that does not answer, before a run waits for it. Nobody is asked for what the plan does not need. */
export async function warnOfServices(
  changes: readonly Change[],
  blueprint: Blueprint,
  askStatus: Ask,
): Promise<readonly Problem[]> {
  const isPlanned = (kind: string, change: string) =>
    changes.some(({differences, ...each}) => each.kind === kind && differences.some(one => one.change === change));
  const authorities = isPlanned('certificate', 'order') ? [blueprint.authority] : [];
  const registries = isPlanned('container-image', 'pull') ? registriesOf(blueprint) : [];
  const warnings = await Promise.all([
    ...authorities.map(each => warnOfAuthority(each, askStatus)),
    ...registries.map(each => warnOfRegistry(each, askStatus)),
  ]);
  return warnings.filter(warning => warning !== undefined);
}

/** Asks for a page, and returns what is wrong with the answer. */
async function findFault(
  url: string,
  isGood: (status: number) => boolean,
  askStatus: Ask,
): Promise<string | undefined> {
  try {
    const status = await limit(patience, new AbortController().signal, until => askStatus(url, until));
    return isGood(status) ? undefined : `it answers with status ${status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function warnOfAuthority(directory: string, askStatus: Ask): Promise<Problem | undefined> {
  const fault = await findFault(directory, status => status === 200, askStatus);
  if (fault === undefined) return undefined;
  const {host} = new URL(directory);
  const isLimited = / 429$/.test(fault);
  return new Problem({
    code: 'authority-unreachable',
    summary: `The certificate authority ${host} does not serve this host: ${fault}.`,
    why: 'Without it there is no certificate: a self-signed stand-in would be in use.',
    remedy: isLimited
      ? 'Wait: the authority limits requests. Try again in an hour, or choose another one with the setting acme.directory.'
      : `See that this machine resolves and reaches ${host} on port 443. If the authority has a fault of its own, try again later.`,
  });
}

async function warnOfRegistry(host: string, askStatus: Ask): Promise<Problem | undefined> {
  const fault = await findFault(`https://${host}/v2/`, status => status < 500 && status !== 429, askStatus);
  if (fault === undefined) return undefined;
  return new Problem({
    code: 'registry-unreachable',
    summary: `The registry ${host} does not serve this host: ${fault}.`,
    why: 'The images of the containers come from there.',
    remedy: `See that this machine resolves and reaches ${host} on port 443, then try again.`,
  });
}
