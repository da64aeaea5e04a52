import {refuseRun} from '../engine/worker-unit.ts';
import {findEntry, softCodes} from '../model/catalogue.ts';
import {listValues, putValues} from '../model/settings/write.ts';
import {settingsPath} from '../stack/index.ts';
import {type CommandContext, notInstalled} from './context.ts';
import {badUsage} from './target.ts';

/** `doctor --accept CODE`: remembers in the saved settings that findings are known and fine, and returns their codes. */
export async function acceptFindings({machine: {host}}: CommandContext, words: readonly string[]): Promise<void> {
  const codes = words.flatMap(word => word.split(','));
  for (const code of codes) demandSoft(code);
  await refuseRun(host);
  const [text, stat] = await Promise.all([host.files.read(settingsPath), host.files.stat(settingsPath)]);
  if (text === undefined || stat === undefined) throw notInstalled();
  const known = listValues(text).get('accepted');
  const accepted = [...new Set([...(Array.isArray(known) ? known.map(String) : []), ...codes])];
  await host.files.write(settingsPath, putValues(text, new Map([['accepted', accepted]])), stat);
}

function demandSoft(code: string): void {
  if (softCodes.some(each => each === code)) return;
  const entry = findEntry(code);
  const reason = entry ? `${code} stops participants, so it cannot be accepted` : `There is no code ${code}`;
  throw badUsage(`${reason}. Those that can: ${softCodes.join(', ')}.`);
}
