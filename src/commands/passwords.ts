import {Problem} from '../model/problem.ts';
import type {Ui} from '../model/ui.ts';
import {isInstalled} from '../stack/index.ts';
import {type CommandContext, readDraft} from './context.ts';
import {install} from './install.ts';

/** `passwords renew`: an apply with new passwords, on a host that has some. */
export async function renewPasswords(context: CommandContext, ui: Ui): Promise<number> {
  const {values, missing} = await readDraft(context);
  const directory = String(values.get('stack.directory'));
  if (missing.length > 0 || !(await isInstalled(context.machine.host, directory)))
    throw new Problem({
      code: 'not-installed',
      summary: `There are no passwords to renew: ${directory} has no installation of jitsi-onebox.`,
      remedy: 'Run `sudo jitsi-onebox` first.',
    });
  return install(context, ui);
}
