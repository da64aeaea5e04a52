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

/** Sends word, once, of what keeps the timer from looking for updates or from installing them. */
export async function informOfHindrance(
  context: CommandContext,
  {code, summary, remedy}: ProblemReport,
  former: Notice['hindrance'],
): Promise<void> {
  const {host} = context.machine;
  const at = new Date(host.now()).toISOString();
  const isKnown = former?.code === code;
  if (!isKnown)
    await inform(host, completeSettings(await readDraft(context)), {
      kind: 'failed',
      title: 'Scheduled updates',
      text: summary,
      remedy: `${remedy} The timer tries again every day, and reports this only once.`,
    });
  const known = await readNotice(host);
  await writeNotice(host, {checked: at, images: {}, ...known, hindrance: isKnown ? former : {at, code, summary}});
}

/** Sends word, once, of a version of the program that was refused. */
export async function informOfProgram(context: CommandContext): Promise<void> {
  const {host} = context.machine;
  const [refusal, known] = await Promise.all([readRefusal(host), readNotice(host)]);
  if (refusal === undefined || known?.reportedProgram === refusal.version) return;
  await inform(host, completeSettings(await readDraft(context)), {
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

/** Sends word of an update that was taken back at a boot, and returns the exit status. */
export async function informOfRecovery(context: CommandContext, exit: number): Promise<number> {
  if (!context.invocation.recover) return exit;
  const isDone = exit === exits.done;
  await inform(context.machine.host, completeSettings(await readDraft(context)), {
    ...(isDone ? {} : {kind: 'failed', remedy: 'Run `sudo jitsi-onebox update --recover`.'}),
    title: isDone ? 'An interrupted update was taken back' : 'Undo of an interrupted update',
    text: `The update ended unexpectedly, as in a power failure. The previous images ${isDone ? 'are in use again' : 'could not be restored'}.`,
  });
  return exit;
}

const listTitles = (images: readonly ImageNews[]) => `Images: ${images.map(({title}) => title).join(', ')}.`;
