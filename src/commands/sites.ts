import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Ui} from '../model/ui.ts';
import {lookAtSites, type SiteStatus} from '../stack/index.ts';
import {siteOf} from './arguments.ts';
import {type CommandContext, formatJson, type Print, readInstalledDraft} from './context.ts';
import {install} from './install.ts';
import {describeSite, withSite} from './site-desk.ts';

/** `sites add` and `sites remove`: changes the saved settings, and applies them as always. Returns the exit status. */
export async function changeSites(context: CommandContext, ui: Ui): Promise<number> {
  const {action, domain = ''} = context.invocation;
  const request =
    action === 'add' ? {action, domain, site: siteOf(context.invocation)} : ({action: 'remove', domain} as const);
  return install(await withSite(context, request), ui);
}

/** `sites list`: shows every site, its certificate, and whether it answers. */
export async function listSites(context: CommandContext, print: Print): Promise<number> {
  const draft = await readInstalledDraft(context);
  const sites = await lookAtSites(completeSettings(draft));
  const none = 'There are no other sites yet: jitsi-onebox sites add DOMAIN --to HOST:PORT.';
  print(context.invocation.json ? formatJson({sites}) : renderSites(sites) || none);
  return exits.done;
}

function renderSites(sites: readonly SiteStatus[]): string {
  const rows = sites.map(site => [site.domain, ...describeSite(site)]);
  const widths = [0, 1, 2, 3].map(column => Math.max(0, ...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
