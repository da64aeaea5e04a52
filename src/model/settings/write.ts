import {isDeepStrictEqual} from 'node:util';
import {type Document, isMap, isScalar, parseDocument, stringify} from 'yaml';
import {Problem} from '../problem.ts';
import type {Draft} from './draft.ts';
import {isSameDomain} from './grammar/sites.ts';
import {groupsOf, keys} from './keys.ts';
import {readYaml} from './read-yaml.ts';
import type {RawValue} from './schema.ts';

const header = `# What this host should be. jitsi-onebox reads this file at every run; edit it as you like.
# All settings: jitsi-onebox --help
`;

/** Writes the text to save: the saved (at first: the given) file with the values of all other sources put in. */
export function writeSettings({sources: {saved, file}, entries}: Draft): string {
  const text = (saved ?? file)?.text ?? header;
  const before = listValues(text);
  const changes = [...keys.values()].flatMap(({key, default: usual}) => {
    const entry = entries.get(key);
    if (!entry || !('value' in entry)) return [];
    // A question that was answered with the default asks for no line of its own.
    const known = before.get(key) ?? (entry.from === 'answer' ? usual : undefined);
    return isDeepStrictEqual(entry.value, known) ? [] : [[key, entry.value] as const];
  });
  return changes.length === 0 ? text : putValues(text, new Map(changes));
}

/** Lists the values in the text of a settings file by key. */
export function listValues(text: string): Map<string, RawValue> {
  const {entries} = readYaml({name: '', from: 'saved', text});
  return new Map(entries.flatMap(entry => ('value' in entry ? [[entry.key, entry.value] as const] : [])));
}

/** Puts values into the text of a settings file. Comments stay; spacing may change. */
export function putValues(text: string, values: ReadonlyMap<string, RawValue>): string {
  const document: Document = parseDocument(text);
  if (document.errors.length > 0) throw notYaml(document.errors[0]?.message ?? '');
  if (!isMap(document.contents)) document.contents = document.createNode({});
  for (const [key, value] of values) {
    for (const group of groupsOf(key).map(each => each.split('.')))
      if (!isMap(document.getIn(group))) document.setIn(group, document.createNode({}));
    const path = key.split('.');
    const former = document.getIn(path, true);
    // A block cannot hold every value, such as a blank.
    if (isScalar(former) && former.type?.startsWith('BLOCK')) delete former.type;
    document.setIn(path, typeof value === 'object' ? document.createNode(value) : value);
  }
  return show(document, text);
}

/** Puts one site into the text of a settings file, or removes it; comments stay. */
export function putSite(text: string, domain: string, site: Readonly<Record<string, string>> | undefined): string {
  const document: Document = parseDocument(text);
  if (document.errors.length > 0) throw notYaml(document.errors[0]?.message ?? '');
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const sites = document.get('sites');
  const map = isMap(sites) ? sites : document.createNode({});
  if (map !== sites) document.set('sites', map);
  const known = map.items.map(({key}) => String(key)).find(name => isSameDomain(name, domain));
  // Given again, the site keeps its place in the file, and the comment on it.
  if (site !== undefined) map.set(known ?? domain, document.createNode(site));
  else if (known !== undefined) map.delete(known);
  if (map.items.length === 0) document.delete('sites');
  return show(document, text);
}

function show(document: Document, former: string): string {
  const edited = document.toString({lineWidth: 0, flowCollectionPadding: false});
  return former.includes('\r\n') ? edited.replaceAll('\n', '\r\n') : edited;
}

function notYaml(message: string): Problem {
  return new Problem({
    code: 'bad-settings',
    summary: `The settings file is not YAML: ${message}`,
    remedy: 'Correct it and run the same command again.',
  });
}

/** Shows a value as it can be typed into a field. */
export function showValue(value: RawValue): string {
  if (typeof value !== 'object' || Array.isArray(value)) return String(value);
  return stringify(value, {collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0}).trim();
}
