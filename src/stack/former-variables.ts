import {readAssignment} from '../model/dot-env.ts';
import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Draft, Sources} from '../model/settings/draft.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import {keys} from '../model/settings/keys.ts';
import {putValues} from '../model/settings/write.ts';
import {isWrittenByUs, type TakeOver} from './names.ts';
import {readOptions} from './options.ts';
import type {Assets} from './template.ts';

type Value = Parameters<typeof putValues>[1] extends ReadonlyMap<string, infer Each> ? Each : never;
/** What a variable becomes: a setting, or an option of another name. */
type Successor = {readonly key: string; readonly value: Value} | {readonly option: string; readonly value: string};

const isOn = (value: string) => /^(?:1|t|true|yes|on)$/i.test(value);
const setting = (key: string) => (value: string) => ({key, value});

/** The variables of the original guide, and what each is now. The README has the same table. */
const successors: Readonly<Record<string, (value: string) => Successor | undefined>> = {
  PUBLIC_URL: value => ({key: 'domain', value: URL.parse(value)?.hostname ?? value}),
  TURN_DOMAIN: setting('turn.domain'),
  ENABLE_TURN: value => (isOn(value) ? undefined : {key: 'turn.enabled', value: false}),
  ENABLE_AUTH: value => (isOn(value) ? {key: 'rooms', value: 'registered'} : undefined),
  DISABLE_PREJOIN_PAGE: value => (isOn(value) ? {key: 'prejoin', value: false} : undefined),
  PROSODY_LOG_LEVEL: value => ({option: 'LOG_LEVEL', value}),
  JVB_ENABLE_APIS: value => ({option: 'COLIBRI_REST_ENABLED', value: /rest|colibri/.test(value) ? '1' : '0'}),
  CUSTOM_PAGE_TITLE: setting('branding.title'),
  CUSTOM_HEADER_TITLE: setting('branding.header.title'),
  CUSTOM_WM_LINK: setting('branding.logo.link'),
};

/** Variables whose default is what the stack does anyway. */
const isDefault = (name: string, value: string) =>
  (name === 'ENABLE_TURN' && isOn(value)) || (['ENABLE_AUTH', 'DISABLE_PREJOIN_PAGE'].includes(name) && !isOn(value));

/** The settings that the variables of a server set up by hand become, and the variables that become none. */
export type FormerVariables = {
  readonly path: string;
  /** A settings file. */
  readonly text: string;
  readonly taken: readonly string[];
  readonly left: readonly string[];
};

/** Reads the variables that all containers of a foreign project share, if it is to be replaced. */
export async function readFormerVariables(
  host: Host,
  {
    directory,
    takeOver,
    assets,
  }: {readonly directory: string; readonly takeOver: readonly TakeOver[]; readonly assets: Assets},
): Promise<FormerVariables | undefined> {
  if (!takeOver.includes('compose')) return undefined;
  const path = `${directory}/.env_global`;
  const text = await host.files.read(path).catch(() => undefined);
  return text === undefined || isWrittenByUs(text) ? undefined : {path, ...translateVariables(text, assets)};
}

/** Translates variables. One that neither a setting nor an option accepts is left. */
export function translateVariables(text: string, assets: Assets): Omit<FormerVariables, 'path'> {
  const given = text.split('\n').flatMap(line => {
    const {name, value} = readAssignment(line) ?? {};
    return name === undefined || value === '' ? [] : [{name, value}];
  });
  const [values, options, subtitles] = [new Map<string, Value>(), {}, {}] as [Map<string, Value>, Texts, Texts];
  const isTaken = ({name, value}: {name: string; value: string | undefined}) => {
    if (value === undefined) return false;
    if (isDefault(name, value)) return true;
    const [, language] = /^CUSTOM_HEADER_SUBTITLE(?:_([A-Z]{2}))?$/.exec(name) ?? [];
    if (name.startsWith('CUSTOM_HEADER_SUBTITLE')) {
      subtitles[(language ?? 'en').toLowerCase()] = value;
      return true;
    }
    const successor = successors[name]?.(value) ?? {option: name, value};
    if ('key' in successor) return accept(successor.key, successor.value, values);
    return acceptOption(successor.option, successor.value, {options, assets});
  };
  const taken = given.filter(isTaken);
  if (Object.keys(subtitles).length > 0) accept('branding.header.subtitle', subtitles, values);
  if (Object.keys(options).length > 0) accept('options', options, values);
  const left = given.filter(each => !taken.includes(each));
  return {text: putValues('', values), taken: taken.map(({name}) => name), left: left.map(({name}) => name)};
}

type Texts = Record<string, string>;

function accept(key: string, value: Value, values: Map<string, Value>): boolean {
  if (!keys.has(key)) return false;
  const {faults} = gatherSettings({saved: {name: '', text: putValues('', new Map([[key, value]]))}});
  if (faults.length === 0) values.set(key, value);
  return faults.length === 0;
}

function acceptOption(
  name: string,
  value: string,
  {options, assets}: {readonly options: Texts; readonly assets: Assets},
): boolean {
  try {
    if (Object.keys(readOptions({[name]: value}, assets)).length === 0) return false;
    options[name] = value;
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** Adds the former variables to a draft, as its weakest source: what the user says counts more. */
export function addFormerVariables(draft: Draft, {path, text}: FormerVariables): Draft {
  const {saved, ...sources}: Sources = draft.sources;
  return gatherSettings({...sources, former: {name: path, text}, ...(saved && {saved})});
}

/** Explains what became of the former variables. */
export function explainFormerVariables(former: FormerVariables | undefined): readonly Problem[] {
  if (former === undefined) return [];
  const {path, taken, left} = former;
  const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
  return [
    new Problem({
      code: 'former-variables',
      summary: `${path}: these variables become settings unless you set them: ${list(taken)}. These do not: ${list(left)}.`,
      remedy: 'See the settings in the plan. The README, section Options, says what to do about each of the others.',
    }),
  ];
}
