import {writeFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {exits} from '../model/program.ts';
import {listSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {writeSettings} from '../model/settings/write.ts';
import {renderSettings} from '../plain/render.ts';
import type {Stack} from '../stack/index.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print, readDraft} from './context.ts';
import {notWritten, writeNew} from './named-file.ts';

/** `settings`: shows every setting with its source, or saves the settings to a file. */
export async function showSettings(context: CommandContext, print: Print): Promise<number> {
  const {save, json} = context.invocation;
  const draft = await readDraft(context);
  if (save !== undefined) {
    const text = writeSettings(draft);
    if (save === '-') print(text.trimEnd());
    else {
      await writeNew(save, text);
      const saved = `Saved to ${save}. Use it on another machine: jitsi-onebox apply --settings ${save}`;
      print(json ? formatJson({file: save}) : saved);
    }
    return exits.done;
  }
  const isComplete = draft.missing.length === 0 && draft.faults.length === 0;
  const stack = isComplete ? await drawStackFor(context, draft, await detectFacts(context, draft)) : undefined;
  const settings = listSettings(draft, stack ? listDetected(stack) : {});
  print(json ? formatJson(settings) : renderSettings(settings));
  return exits.done;
}

/** Lists the value of every setting that may be `auto`. */
function listDetected({blueprint}: Stack): Readonly<Record<string, string>> {
  return {
    'address.public': blueprint.publicAddress,
    'address.local': blueprint.localAddress,
    timezone: blueprint.timezone,
    'memory.videobridge': blueprint.memory.videobridge,
    'memory.jicofo': blueprint.memory.jicofo,
    'stack.subnet': blueprint.network.subnet,
    'limits.connections': String(blueprint.limits.connections),
    'limits.allocations': String(blueprint.limits.relay.total),
  };
}

/** Saves the settings in the working directory, under a name that is free, and says how to use them. */
export async function saveCopy(draft: Draft, names = nameCopies()): Promise<string> {
  const path = resolve(names.next().value);
  try {
    await writeFile(path, writeSettings(draft), {flag: 'wx'});
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return saveCopy(draft, names);
    throw notWritten(path, error);
  }
  return `Saved to ${path}. Use it with:\nsudo jitsi-onebox apply --settings ${path}`;
}

function* nameCopies(): Generator<string, never> {
  yield 'jitsi-onebox.yaml';
  for (let copy = 2; ; copy += 1) yield `jitsi-onebox-${copy}.yaml`;
}
