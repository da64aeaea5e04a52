import {refuseRun} from '../engine/worker-unit.ts';
import {type KeepableFile, listKeepable, settingsPath} from '../stack/index.ts';
import {changeList} from './accept.ts';
import {type CommandContext, detectFacts, drawStackFor, readDraft} from './context.ts';
import {badUsage} from './target.ts';

const readableByRoot = {mode: 0o600, uid: 0, gid: 0};

/** `doctor --keep PATH`: remembers that the user's changes of a file stay, and what the file is without them. */
export async function keepFile(context: CommandContext, path: string): Promise<void> {
  const {host} = context.machine;
  await refuseRun(host);
  const {base, bytes} = demandKeepable(await listFiles(context), path);
  await host.files.makeDirectory(base.slice(0, base.lastIndexOf('/')), {...readableByRoot, mode: 0o700});
  await host.files.write(base, bytes, readableByRoot);
  await changeList(host, 'kept', known => [...new Set([...known, path])]);
}

/** `doctor --take PATH`: forgets it: the next apply writes the file as jitsi-onebox has it. */
export async function takeFile(context: CommandContext, path: string): Promise<void> {
  const {host} = context.machine;
  await refuseRun(host);
  const {base} = demandKeepable(await listFiles(context), path);
  await changeList(host, 'kept', known => known.filter(each => each !== path));
  await host.files.remove(base);
}

async function listFiles(context: CommandContext): Promise<readonly KeepableFile[]> {
  const draft = await readDraft(context);
  return listKeepable(await drawStackFor(context, draft, await detectFacts(context, draft)));
}

function demandKeepable(files: readonly KeepableFile[], path: string): KeepableFile {
  const found = files.find(each => each.path === path);
  if (found && path !== settingsPath) return found;
  throw badUsage(`${path} is no file that can be kept. Those that can: ${files.map(each => each.path).join(', ')}.`);
}
