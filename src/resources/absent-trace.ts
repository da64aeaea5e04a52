import type {Host} from '../model/host.ts';
import type {Traces} from '../model/package-traces.ts';
import type {Outlook, Resource} from '../model/resource.ts';
import {absentPackagesId} from './absent-packages.ts';

type TraceState = {readonly exists: boolean; readonly isPackageGone: boolean};

type Trace = Pick<Traces, 'package' | 'program'>;

/** A path that a package leaves behind: it goes after the package. */
export function absentTrace(path: string, trace: Trace): Resource<TraceState> {
  return {
    ...common,
    id: `trace:${path}`,
    title: `What ${trace.package} left in ${path}`,
    read: host => readTrace(host, trace, async () => (await host.files.stat(path)) !== undefined),
    diff: (state, outlook) => (isDue(state, outlook, trace) ? [{change: 'remove', summary: `remove ${path}`}] : []),
    apply: ({host}) => host.files.remove(path),
  };
}

/** A user or group that a package leaves behind: `user:NAME`, `group:NAME`; a system user takes its group along. */
export function absentAccount(account: string, trace: Trace): Resource<TraceState> {
  const [kind = '', name = ''] = account.split(':');
  const argv = ['getent', kind === 'user' ? 'passwd' : 'group', name] as const;
  return {
    ...common,
    id: `trace:${account}`,
    title: `The ${kind} ${name}`,
    read: host => readTrace(host, trace, async () => (await host.query({argv})).exitCode === 0),
    diff: (state, outlook) =>
      isDue(state, outlook, trace) ? [{change: 'remove', summary: `remove the ${kind} ${name}`}] : [],
    async apply({host}) {
      await host.run({argv: [kind === 'user' ? 'userdel' : 'groupdel', name]});
    },
  };
}

const common = {place: 'host', kind: 'trace', needs: [absentPackagesId], locks: []} as const;

async function readTrace(host: Host, {program}: Trace, look: () => Promise<boolean>): Promise<TraceState> {
  return {exists: await look(), isPackageGone: (await host.files.stat(program)) === undefined};
}

function isDue({exists, isPackageGone}: TraceState, outlook: Outlook, {package: name}: Trace): boolean {
  const isGoing = outlook.changes(absentPackagesId).some(({summary}) => summary.split(/[ ,]+/).includes(name));
  return exists && (isPackageGone || isGoing);
}
