import {exits} from '../model/program.ts';
import {type AnyRequest, type ApplyRequest, isUndo, type UndoRequest, type UpdateRequest} from '../model/request.ts';
import {noRun, type Run} from '../model/run.ts';
import type {Report, Ui} from '../model/ui.ts';
import {describeUpgrade} from '../stack/index.ts';

type EndedRun = {
  readonly run: Run;
  readonly exit: number;
  readonly journal?: string | undefined;
  readonly isRehearsal?: boolean;
};

/** Reports what a command did, or why it had nothing to do, where no run was needed. */
export async function reportDone(ui: Ui, done: string): Promise<number> {
  await ui.report({run: {...noRun, outcome: 'done'}, done, forwards: [], next: []});
  return exits.done;
}

/** Composes the page at the end of a run from its request and its events. */
export function reportRun(request: AnyRequest, ended: EndedRun): Report {
  if (ended.isRehearsal) return reportRehearsal(ended.run);
  if (isUndo(request)) return reportUndo(request, ended);
  return request.command === 'update' ? reportUpdate(request, ended) : reportApply(request, ended);
}

/** Says at the end of a rehearsal that it was none of the real thing; only recorded findings are worth a line. */
function reportRehearsal({outcome, checks}: Run): Report {
  const findings = new Map([...checks].filter(([, {state}]) => state !== 'ok'));
  return {
    run: {...noRun, ...(outcome !== undefined && {outcome}), checks: findings},
    done: 'The rehearsal is over. Nothing was changed, and no server was set up.',
    isRehearsal: true,
    forwards: [],
    next: outcome === 'done' ? [] : ['This was a rehearsal: nothing was changed on this machine.'],
  };
}

function reportUpdate(request: UpdateRequest, {run, exit, journal}: EndedRun): Report {
  const isDone = exit === exits.done;
  return {
    run,
    done: [describeProof(request, run), ...listUpgrades(request)].join(' '),
    forwards: [],
    next: isDone
      ? [`Restore the previous images with: sudo jitsi-onebox undo ${run.id ?? ''}`.trim()]
      : suggestAfterUpdate(request, run),
    ...(journal !== undefined && {journal}),
  };
}

/** Says whether everything works: what failed before an update may still fail. */
function describeProof({despite = []}: UpdateRequest, {checks}: Run): string {
  const states = despite.map(code => ({code, state: checks.get(code)?.state}));
  const left = states.filter(({state}) => state !== 'ok' && state !== 'warning').map(({code}) => code);
  return left.length === 0
    ? 'The images are updated, and everything works.'
    : `The images are updated. What did not work before does not work now either: ${left.join(', ')}.`;
}

/** Names the packages that are newer in rebuilt images, each once. */
function listUpgrades({images}: UpdateRequest): readonly string[] {
  const all = Object.values(images).flatMap(({rebuild}) => (rebuild?.upgrades ?? []).map(describeUpgrade));
  return all.length === 0 ? [] : [`Newer packages: ${[...new Set(all)].toSorted().join('; ')}.`];
}

function suggestAfterUpdate(request: UpdateRequest, run: Run): readonly string[] {
  const next =
    run.undoneBy === undefined
      ? `No image was changed. Try it again with: ${formatCommand(request)}`
      : 'The update did not work, so the previous images are being restored now.';
  return [next, ...suggestExplanation(run)];
}

function reportApply(request: ApplyRequest, {run, exit, journal}: EndedRun): Report {
  const {address, forwards = []} = request;
  return {
    run,
    ...(address === undefined ? {done: 'The server is set up.'} : {address}),
    forwards,
    next: suggestAfterApply(request, run, exit),
    ...(journal !== undefined && {journal}),
  };
}

function suggestAfterApply(request: ApplyRequest, run: Run, exit: number): readonly string[] {
  if (exit === exits.done)
    return [
      '`sudo jitsi-onebox doctor --outside` tries it from a phone: the router and firewalls in front of this host show only there.',
      '`sudo jitsi-onebox` shows how the server is, and changes its settings.',
      '`jitsi-onebox capacity` estimates how many people can meet here at the same time.',
    ];
  if (run.undoneBy !== undefined)
    return ['Fix the problems above. The changes of this run are being taken back now.', ...suggestExplanation(run)];
  return [
    `Fix the problems above and run \`${formatCommand(request)}\`: it continues where this run stopped.`,
    ...suggestUndo(run),
    ...suggestExplanation(run),
  ];
}

/** Offers to take back a run that changed something; a plain `undo` would take back an earlier one. */
function suggestUndo({id, steps}: Run): readonly string[] {
  const hasChanged = [...steps.values()].some(({state}) => ['changed', 'warned', 'failed', 'stopped'].includes(state));
  return hasChanged && id !== undefined
    ? [`Or restore the state before this run: \`sudo jitsi-onebox undo ${id}\`.`]
    : [];
}

/** Names the command that explains the first problem, or the first check that did not pass. */
function suggestExplanation({steps, checks, problems = []}: Run): readonly string[] {
  const reported = [...problems, ...[...steps.values()].flatMap(({problem}) => problem ?? [])];
  const failed = [...checks.values()].filter(({state}) => state === 'failed' || state === 'unknown');
  const code = reported[0]?.code ?? failed[0]?.check;
  return code === undefined ? [] : [`\`jitsi-onebox explain ${code}\` says more about the problem.`];
}

function reportUndo(request: UndoRequest, {run, exit, journal}: EndedRun): Report {
  const isDone = exit === exits.done;
  // A purge removes its own journal.
  const isKept = !(isDone && request.command === 'uninstall' && request.purge);
  const retry = `Fix the problems above and run \`${formatCommand(request)}\` again: it continues where this run stopped.`;
  return {
    run,
    done: describeUndone(request),
    forwards: [],
    next: isDone ? suggestAfterUndo(request) : [retry, ...suggestExplanation(run)],
    ...(journal !== undefined && isKept && {journal}),
  };
}

function describeUndone(request: UndoRequest): string {
  const kept = request.command === 'undo' && !request.packages ? 'certificates and packages' : 'certificates';
  if (request.command === 'undo') return `Everything is as it was before run ${request.run}, except for ${kept}.`;
  return request.purge
    ? 'This host is as it was before the installation.'
    : 'The meeting server is removed. Settings, passwords, certificates and accounts are kept.';
}

/** Returns the command line that asks for the same again. */
export function formatCommand(request: AnyRequest): string {
  if (request.command === 'update') return 'sudo jitsi-onebox update --now';
  if (!isUndo(request)) return formatApply(request);
  if (request.command === 'undo')
    return `sudo jitsi-onebox undo ${request.run}${request.packages ? ' --packages' : ''}`;
  return `sudo jitsi-onebox uninstall${request.purge ? ' --purge' : ''}`;
}

function formatApply({takeOver, renew}: ApplyRequest): string {
  // Until .env is written, an apply renews no password. Without a name, all of them are renewed.
  if (renew) return `sudo jitsi-onebox passwords renew${renew.length === 1 ? ` ${renew[0]}` : ''}`;
  return `sudo jitsi-onebox apply${takeOver.length > 0 ? ` --take-over ${takeOver.join(',')}` : ''}`;
}

function suggestAfterUndo(request: UndoRequest): readonly string[] {
  if (request.command === 'undo') return ['`sudo jitsi-onebox` shows how the server is now.'];
  const backups = request.backups === undefined ? [] : [`Your backups are still in ${request.backups}.`];
  return [...backups, ...suggestAfterUninstallation(request.purge)];
}

function suggestAfterUninstallation(isPurged: boolean): readonly string[] {
  if (!isPurged) return ['Install it again with `sudo jitsi-onebox apply`. `uninstall --purge` also removes the rest.'];
  return import.meta.filename.startsWith('/usr/lib/')
    ? ['jitsi-onebox was installed with apt. Remove it with: sudo apt purge jitsi-onebox']
    : ['Remove the forwarded ports from the router.'];
}
