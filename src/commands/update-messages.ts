import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {countOf} from '../model/words.ts';
import {inform, type News} from '../runs/deliver.ts';
import type {ImageNews, UpdateNews} from '../stack/index.ts';
import {type CommandContext, readDraft} from './context.ts';

/** Sends word of an update that the registry has. */
export function informOfNews({machine: {host}}: CommandContext, draft: Draft, {images}: UpdateNews): Promise<void> {
  return inform(host, completeSettings(draft), {
    title: `An update of ${countOf(images.length, 'image')} is available`,
    text: listTitles(images),
    remedy: 'Install it with `sudo jitsi-onebox update --now`.',
  });
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
      title: 'An update, taken back',
      text: `It did not work, so the former images are in use again. ${text}`,
      remedy: `${remedy} The timer does not try the same images again.`,
    },
    [exits.failed]: {kind: 'failed', title: 'An update', text, remedy},
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
    title: isDone ? 'An interrupted update was taken back' : 'The return from an interrupted update',
    text: 'The update ended unexpectedly, as in a power failure. The images from before it are the right ones.',
  });
  return exit;
}

const listTitles = (images: readonly ImageNews[]) => `Images: ${images.map(({title}) => title).join(', ')}.`;
