import * as v from 'valibot';
import {Problem} from '../model/problem.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {siteMap} from '../model/settings/grammar/sites.ts';
import {putSite} from '../model/settings/write.ts';
import type {SiteDesk, SiteRequest} from '../model/ui.ts';
import {lookAtSites, type SiteStatus} from '../stack/index.ts';
import {type CommandContext, readDraft} from './context.ts';
import {notInstalled} from './refusals.ts';

/** Adds a change of the sites to the context of an `apply`. */
export async function withSite(context: CommandContext, request: SiteRequest): Promise<CommandContext> {
  const {action, domain} = request;
  const {missing, values} = await readDraft(context);
  if (missing.length > 0) throw notInstalled();
  const known = Object.keys(Object(values.get('sites')));
  if (action === 'remove' && !known.includes(domain)) throw noSuchSite(domain, known);
  const site = action === 'add' ? request.site : undefined;
  const invocation = {...context.invocation, command: 'sites', action, domain} as const;
  return {...context, invocation, edit: saved => putSite(saved, domain, site)};
}

/** Opens the sites for the screen. */
export function openSiteDesk(context: CommandContext): SiteDesk {
  return {
    async list() {
      const sites = await lookAtSites(completeSettings(await readDraft(context)));
      return sites.map(site => ({domain: site.domain, text: `${describeSite(site).join(', ')}.`}));
    },
    read: readSite,
  };
}

/** Reads a site as people write it in one line; returns what is wrong with it otherwise. */
export function readSite(text: string): SiteRequest | string {
  const [domain = '', to = '', more, ...rest] = text.trim().split(/\s+/);
  if (to === '' || rest.length > 0 || (more !== undefined && more !== 'passthrough'))
    return 'Type a domain, and its destination after a blank.';
  const site: Readonly<Record<string, string>> = {
    ...(to.startsWith('/') ? {root: to} : {to}),
    ...(more && {passthrough: 'true'}),
  };
  const {success, issues} = v.safeParse(siteMap, {[domain]: site}, {abortPipeEarly: true});
  return success ? {action: 'add', domain, site} : `The entry ${issues[0].message}.`;
}

const kinds = {proxy: 'web service', files: 'files', passthrough: 'passthrough'} as const;

/** Describes a site: its kind, its destination, its certificate, and whether it answers. */
export function describeSite(site: SiteStatus): readonly string[] {
  const {answers, detail} = site;
  return [
    kinds[site.kind],
    site.destination,
    describeEnd(site),
    `${answers ? 'answers' : 'does not answer'} (${detail})`,
  ];
}

function describeEnd({certificateEnds, isStandIn}: SiteStatus): string {
  if (certificateEnds === undefined) return 'no certificate';
  return isStandIn ? 'stand-in certificate' : `certificate until ${certificateEnds.slice(0, 10)}`;
}

function noSuchSite(domain: string, known: readonly string[]): Problem {
  const others = known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
  return new Problem({
    code: 'no-such-site',
    summary: `The settings have no site ${domain}. ${others}`,
    remedy: 'See `jitsi-onebox sites list`.',
  });
}
