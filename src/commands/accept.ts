import {refuseRun} from '../engine/worker-unit.ts';
import {findEntry, softCodes} from '../model/catalogue.ts';
import type {Host} from '../model/host.ts';
import {listValues, putValues} from '../model/settings/write.ts';
import {settingsPath} from '../stack/index.ts';
import type {CommandContext} from './context.ts';
import {notInstalled} from './refusals.ts';
import {badUsage} from './target.ts';

/** `doctor --accept CODE`: remembers in the saved settings that findings are known and fine. */
export async function acceptFindings({machine: {host}}: CommandContext, words: readonly string[]): Promise<void> {
  const codes = words.flatMap(word => word.split(','));
  for (const code of codes) demandSoft(code);
  await refuseRun(host);
  await changeList(host, 'accepted', known => [...new Set([...known, ...codes])]);
}

/** Changes a list in the saved settings. */
export async function changeList(
  {files}: Host,
  key: 'accepted' | 'kept',
  change: (known: readonly string[]) => readonly string[],
): Promise<void> {
  const [text, stat] = await Promise.all([files.read(settingsPath), files.stat(settingsPath)]);
  if (text === undefined || stat === undefined) throw notInstalled();
  const known = listValues(text).get(key);
  const list = change(Array.isArray(known) ? known.map(String) : []);
  await files.write(settingsPath, putValues(text, new Map([[key, [...list]]])), stat);
}

function demandSoft(code: string): void {
  if (softCodes.some(each => each === code)) return;
  const entry = findEntry(code);
  const reason = entry ? `${code} cannot be accepted` : `There is no code ${code}`;
  throw badUsage(`${reason}. Those that can: ${softCodes.join(', ')}.`);
}
