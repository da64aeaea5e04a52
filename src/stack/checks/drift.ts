import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding, Opening} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';
import {noOtherChanges, type Resource} from '../../model/resource.ts';
import {countOf} from '../../model/words.ts';
import {check, ok} from './check.ts';

/** A resource that is not as it should be, in a sentence. */
type Drift = {readonly id: string; readonly isFile: boolean; readonly summary: string};

// Few, since the proofs that go over the network have time limits.
const readersAtOnce = 2;
const mostShown = 5;
const fileKinds = ['file', 'link', 'directory'];

/** Checks that every resource is as it should be: what somebody else changed, and what an apply would change. */
export function driftChecks(resources: readonly Resource[], parts: readonly Check[]): readonly Check[] {
  // Another address, a lost forward, a stopped part or a missing rule differs too, and is a finding already.
  const after = [
    ...parts.map(({code}) => code),
    'public-address',
    'port-mapping',
    'mmproxy-routes',
    'docker-chains',
  ] as const;
  const open: Opening<readonly Drift[]> = ({host}) => findDrift(resources, host);
  const files = resources.filter(({kind}) => fileKinds.includes(kind)).length;
  return [
    check(
      'managed-files',
      async context => {
        const drift = (await context.share(open)).filter(({isFile}) => isFile);
        return drift.length > 0 ? warn('managed-files', drift) : ok('No file was changed by others.', `${files} files`);
      },
      {after},
    ),
    check(
      'pending-changes',
      async context => {
        const drift = (await context.share(open)).filter(({isFile}) => !isFile);
        if (drift.length > 0) return warn('pending-changes', drift);
        return ok('An apply would change nothing else.', `${resources.length - files} resources besides files`);
      },
      {after},
    ),
  ];
}

function warn(code: 'managed-files' | 'pending-changes', drift: readonly Drift[]): Finding {
  const {meaning, remedy} = entryOf(code);
  const more = drift.length > mostShown ? `; and ${drift.length - mostShown} more` : '';
  const shown = drift.slice(0, mostShown).map(({summary}) => summary);
  return {
    state: 'warning',
    summary: meaning,
    evidence: `${countOf(drift.length, 'difference')}: ${shown.join('; ')}${more}`,
    remedy,
  };
}

async function findDrift(resources: readonly Resource[], host: Host): Promise<readonly Drift[]> {
  const found: (Drift | undefined)[] = [];
  const rest = resources.entries();
  const work = async () => {
    // All readers draw from the same iterator, so each resource is taken once.
    for (const [index, resource] of rest) found[index] = await compare(resource, host);
  };
  await Promise.all(Array.from({length: readersAtOnce}, work));
  return found.filter(each => each !== undefined);
}

async function compare(resource: Resource, host: Host): Promise<Drift | undefined> {
  const {id, kind, title} = resource;
  const isFile = fileKinds.includes(kind);
  try {
    const differences = resource.diff(await resource.read(host), noOtherChanges);
    // What only has to wait, like a container that is starting, is not for an apply.
    const [first] = differences.filter(({settling}) => !settling);
    return first && {id, isFile, summary: `${title}: ${first.summary}`};
  } catch (error) {
    if (error instanceof Problem) return {id, isFile, summary: `${title}: ${error.summary}`};
    throw error;
  }
}
