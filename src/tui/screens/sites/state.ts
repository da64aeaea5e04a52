import type {SiteDesk, SiteLine, SiteRequest} from '../../../model/ui.ts';
import {type Item, type ListState, pressInList} from '../../components/list.tsx';
import {isStroke, type Stroke} from '../../keyboard.ts';
import {type EditedLine, edit, lineOf, textOf} from '../../line-editor.ts';

export type SitesState = {
  /** The sites; undefined until they have been looked at. */
  readonly sites: readonly SiteLine[] | undefined;
  readonly list: ListState;
  /** The entry that is being typed, and what is wrong with it. */
  readonly entry?: {readonly line: EditedLine; readonly fault?: string} | undefined;
  /** What the user leaves the screen for. */
  readonly outcome?: SiteRequest | 'back';
};

export const startSites: SitesState = {sites: undefined, list: {cursor: 0, open: []}};

/** Makes rows of the sites. */
export function listDomains({sites = []}: SitesState): readonly Item<string>[] {
  return sites.map(({domain}) => ({key: domain, row: domain}));
}

/** Returns the site under the cursor. */
export const currentSite = ({sites, list}: SitesState) => sites?.[list.cursor];

export type SitesRoom = {readonly read: SiteDesk['read']; readonly page: number};

/** Returns the screen after one more stroke. */
export function pressAtSites(state: SitesState, stroke: Stroke, {read, page}: SitesRoom): SitesState {
  if (isStroke(stroke, 'interrupt')) return {...state, outcome: 'back'};
  if (state.entry) return pressInEntry(state, state.entry.line, stroke, read);
  if (isStroke(stroke, 'q', 'escape')) return {...state, outcome: 'back'};
  if (isStroke(stroke, 'a')) return {...state, entry: {line: lineOf('')}};
  const site = currentSite(state);
  if (site && isStroke(stroke, 'x')) return {...state, outcome: {action: 'remove', domain: site.domain}};
  return {...state, list: pressInList(state.list, stroke, listDomains(state), page)};
}

function pressInEntry(state: SitesState, line: EditedLine, stroke: Stroke, read: SiteDesk['read']): SitesState {
  if (isStroke(stroke, 'escape')) return {...state, entry: undefined};
  if (!isStroke(stroke, 'enter')) return {...state, entry: {line: edit(line, stroke)}};
  const request = read(textOf(line));
  return typeof request === 'string' ? {...state, entry: {line, fault: request}} : {...state, outcome: request};
}
