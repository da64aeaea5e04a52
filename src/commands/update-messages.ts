import type {ProblemReport} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {countOf} from '../model/words.ts';
import {inform, type News} from '../runs/deliver.ts';
import {
  describeRefusal,
  type ImageNews,
  type Notice,
  readNotice,
  readRefusal,
  type UpdateNews,
  writeNotice,
} from '../stack/index.ts';
import {type CommandContext, readDraft} from './context.ts';
import type {Faults} from './update-faults.ts';

/** Sends word of an update that the registry has. */
export function informOfNews({machine: {host}}: CommandContext, draft: Draft, {images}: UpdateNews): Promise<void> {
  return inform(host, completeSettings(draft), {
    title: `An update of ${countOf(images.length, 'image')} is available`,
    text: listTitles(images),
    remedy: 'Install it with `sudo jitsi-onebox update --now`.',
  });
}

/** Sends word of what keeps the timer from an update. */
export async function informOfBlock(
  {machine: {host}}: CommandContext,
  draft: Draft,
  {images}: UpdateNews,
  refusal: Faults['refusal'],
): Promise<void> {
  await inform(host, completeSettings(draft), {
    kind: 'failed',
    title: 'Start of an update',
    text: `${refusal?.summary ?? ''}\n${listTitles(images)}`,
    remedy: `${refusal?.remedy ?? ''} The timer tries again every day, and reports this only once.`,
  });
}

/**
 * Sends word of what keeps the timer from looking for updates or from installing them, once; or, each time, of what keeps an interrupted
 * update from being taken back at a boot.
 */
export async function informOfHindrance(
  context: CommandContext,
  {code, summary, remedy}: ProblemReport,
  former: Notice['hindrance'],
): Promise<void> {
  const {machine, invocation} = context;
  if (invocation.recover) return send(context, {kind: 'failed', title: recoveryTitle, text: summary, remedy});
  const at = new Date(machine.host.now()).toISOString();
  const isKnown = former?.code === code;
  if (!isKnown)
    await send(context, {
      kind: 'failed',
      title: 'Scheduled updates',
      text: summary,
      remedy: `${remedy} The timer tries again every day, and reports this only once.`,
    });
  const known = await readNotice(machine.host);
  const hindrance = isKnown ? former : {at, code, summary};
  await writeNotice(machine.host, {checked: at, images: {}, ...known, hindrance});
}

/** Sends word, once, of a version of the program that was refused. */
export async function informOfProgram(context: CommandContext): Promise<void> {
  const {host} = context.machine;
  const [refusal, known] = await Promise.all([readRefusal(host), readNotice(host)]);
  if (refusal === undefined || known?.reportedProgram === refusal.version) return;
  await send(context, {
    kind: 'failed',
    title: 'Update of jitsi-onebox (taken back)',
    text: (await describeRefusal(host)) ?? '',
    remedy: 'See `journalctl -u jitsi-onebox-update` for the check. The timer does not try this version again.',
  });
  const none = {checked: new Date(host.now()).toISOString(), images: {}};
  await writeNotice(host, {...none, ...known, reportedProgram: refusal.version});
}

/** Sends word of what an update of the timer came to, and returns its exit status. One that waits for a meeting is tried again. */
export async function informOfUpdate(
  {machine: {host}, invocation}: CommandContext,
  draft: Draft,
  {images, exit}: {readonly images: readonly ImageNews[]; readonly exit: number},
): Promise<number> {
  const text = listTitles(images);
  const remedy = 'See `sudo jitsi-onebox attach`.';
  const news: Partial<Record<number, News>> = {
    [exits.done]: {title: 'An update was installed', text},
    [exits.tookBack]: {
      kind: 'failed',
      title: 'Update of the images (taken back)',
      text: `It did not work, so the previous images are in use again. ${text}`,
      remedy: `${remedy} The timer does not try the same images again.`,
    },
    [exits.failed]: {kind: 'failed', title: 'Update of the images', text, remedy},
  };
  const what = invocation.scheduled ? news[exit] : undefined;
  if (what) await inform(host, completeSettings(draft), what);
  return exit;
}

/** Sends word of an interrupted update that was taken back at a boot or by the timer, or could not be. */
export async function informOfRecovery(
  context: CommandContext,
  exit: number,
  former: Notice['hindrance'],
): Promise<void> {
  const {recover, scheduled} = context.invocation;
  if (!recover && !scheduled) return;
  const start = 'An update ended unexpectedly, as in a power failure.';
  if (exit === exits.done)
    return send(context, {
      title: 'An interrupted update was taken back',
      text: `${start} The previous images are in use again.`,
    });
  const report: ProblemReport = {
    code: 'update-not-restored',
    summary: `${start} The previous images could not be restored.`,
    remedy: 'Run `sudo jitsi-onebox update --recover`.',
  };
  return informOfHindrance(context, report, former);
}

const recoveryTitle = 'Undo of an interrupted update';

async function send(context: CommandContext, news: News): Promise<void> {
  await inform(context.machine.host, completeSettings(await readDraft(context)), news);
}

const listTitles = (images: readonly ImageNews[]) => `Images: ${images.map(({title}) => title).join(', ')}.`;
