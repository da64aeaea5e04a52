import type {Home, Purpose, Way} from '../../../model/ui.ts';
import type {Hint} from '../../components/foot.tsx';
import {isStroke, type Stroke} from '../../keyboard.ts';

/** Decides which keys do something. */
export type Offers = Pick<Home, 'ways' | 'hasNoRun'>;
/** Decides which keys are worth a hint. */
type View = {readonly hasMap: boolean; readonly isCut: boolean};

type Entry = {
  readonly hint: string;
  /** The explanation in the list of keys; none where the hint says everything. */
  readonly text?: string;
  /** The user's purpose in leaving home. */
  readonly purpose?: Purpose;
  isOffered?(offers: Offers): boolean;
  isHinted?(view: View): boolean;
};

const wayTo = (way: Way, text: string): Entry => ({
  hint: way,
  text,
  purpose: way,
  isOffered: ({ways}) => ways.includes(way),
});

type Name = 'c' | 'd' | 'l' | 'i' | 'b' | 'p' | 's' | 'u' | 'x' | 'm' | 'Arrows' | 'o' | 'r' | 'q' | '?';

const entries: Readonly<Record<Name, Entry>> = {
  c: {hint: 'settings', text: 'change the settings; shows a plan first', purpose: 'change'},
  d: {hint: 'doctor', text: 'doctor: all checks, and what to do'},
  l: wayTo('logs', 'what the services log, with search and filter'),
  i: wayTo('update', 'look for updates of the images, and install them'),
  b: wayTo('backup', 'write a backup, encrypted with a passphrase, and leave'),
  p: wayTo('people', 'the accounts of registered people'),
  s: wayTo('sites', 'other web sites and TLS services on this host'),
  u: wayTo('undo', 'take back the last run; shows a plan first'),
  x: wayTo('uninstall', 'remove the server; shows a plan first'),
  m: {hint: 'map', text: 'the map of the parts', isHinted: ({hasMap}) => !hasMap},
  Arrows: {hint: 'scroll', isHinted: ({isCut}) => isCut},
  o: {hint: 'last run', text: 'the log of the last run', isOffered: ({hasNoRun}) => !hasNoRun},
  r: {hint: 'again', text: 'run the checks again'},
  q: {hint: 'quit', text: 'quit; the server keeps running', purpose: 'quit'},
  '?': {hint: 'keys'},
};

const names = Object.keys(entries) as readonly Name[];

/** Where space is short, the last hints are dropped first. */
const byImportance: readonly Name[] = ['c', 'd', 'q', '?', 'l', 'i', 'b', 'p', 's', 'u', 'x', 'm', 'Arrows', 'r', 'o'];

const isOffered = (name: Name, offers: Offers) => entries[name].isOffered?.(offers) ?? true;

/** Lists the hints, the most important first. */
export function listHints(offers: Offers, view: View): readonly Hint[] {
  return byImportance
    .filter(name => isOffered(name, offers) && (entries[name].isHinted?.(view) ?? true))
    .map(name => [name, entries[name].hint]);
}

/** Explains every key that is offered. */
export function explainKeys(offers: Offers): readonly Hint[] {
  return names.flatMap(name => {
    const {text} = entries[name];
    return text !== undefined && isOffered(name, offers) ? [[name, text]] : [];
  });
}

/** Returns what a key leaves home for, if it is offered. */
export function findPurpose(stroke: Stroke, offers: Offers): Purpose | undefined {
  const pressed = names.find(name => name !== 'Arrows' && isStroke(stroke, name));
  return pressed && isOffered(pressed, offers) ? entries[pressed].purpose : undefined;
}
