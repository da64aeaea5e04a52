import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {putSite} from '../model/settings/write.ts';
import type {Ui} from '../model/ui.ts';
import {lookAtSites, type SiteStatus} from '../stack/index.ts';
import {describeSite} from './arguments.ts';
import {type CommandContext, formatJson, notInstalled, type Print, readDraft} from './context.ts';
import {install} from './install.ts';

/** `sites add` and `sites remove`: changes the saved settings, and applies them as always. Returns the exit status. */
export async function changeSites(context: CommandContext, ui: Ui): Promise<number> {
  const {action, domain = ''} = context.invocation;
  const {missing, values} = await readDraft(context);
  if (missing.length > 0) throw notInstalled();
  const known = Object.keys(Object(values.get('sites')));
  if (action === 'remove' && !known.includes(domain)) throw noSuchSite(domain, known);
  const site = action === 'add' ? describeSite(context.invocation) : undefined;
  return install({...context, edit: saved => putSite(saved, domain, site)}, ui);
}

/** `sites list`: shows every site, its certificate, and whether it answers. */
export async function listSites(context: CommandContext, print: Print): Promise<number> {
  const draft = await readDraft(context);
  if (draft.missing.length > 0) throw notInstalled();
  const sites = await lookAtSites(completeSettings(draft));
  const none = 'There are no other sites yet: jitsi-onebox sites add DOMAIN --to HOST:PORT.';
  print(context.invocation.json ? formatJson({sites}) : renderSites(sites) || none);
  return exits.done;
}

const kinds = {proxy: 'web service', files: 'files', passthrough: 'passthrough'} as const;

function renderSites(sites: readonly SiteStatus[]): string {
  const rows = sites.map(site => [site.domain, kinds[site.kind], site.destination, describeEnd(site), describe(site)]);
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

function describeEnd({certificateEnds, isStandIn}: SiteStatus): string {
  if (certificateEnds === undefined) return 'no certificate';
  return isStandIn ? 'stand-in certificate' : `certificate until ${certificateEnds.slice(0, 10)}`;
}

const describe = ({answers, detail}: SiteStatus) => `${answers ? 'answers' : 'does not answer'} (${detail})`;

function noSuchSite(domain: string, known: readonly string[]): Problem {
  const others = known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
  return new Problem({
    code: 'no-such-site',
    summary: `The settings have no site ${domain}. ${others}`,
    remedy: 'See `jitsi-onebox sites list`.',
  });
}
