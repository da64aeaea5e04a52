import type {Plan} from '../../../model/plan.ts';
import type {Decision} from '../../../model/ui.ts';
import {isStroke, type Stroke} from '../../keyboard.ts';

/** Decides which keys do something now. */
export type Offers = {
  readonly plan: Plan;
  /** The plan comes from settings, which can be changed or saved. */
  readonly hasSettings: boolean;
  readonly hasMap: boolean;
  /** Whether the ports can be tried from outside first. */
  readonly canTry: boolean;
  /** Whether names are wrong in the DNS, so that it can be waited for. */
  readonly canWait: boolean;
};

type Name = 'a' | 'r' | 'Enter' | 'c' | 's' | 'm' | 't' | 'w' | 'q' | '?';
type Entry = {readonly text: string; readonly decision?: Decision; isOffered?(offers: Offers): boolean};

const hasProblems = ({plan}: Offers) => plan.problems.length > 0;
const hasSettings = (offers: Offers) => offers.hasSettings;

const entries: Readonly<Record<Name, Entry>> = {
  a: {text: 'apply: approve this plan, and begin', decision: 'apply', isOffered: offers => !hasProblems(offers)},
  r: {text: 'look at this machine again', decision: 'again', isOffered: hasProblems},
  Enter: {text: 'what a line changes, or what to do about it'},
  c: {text: 'change the settings', decision: 'change', isOffered: hasSettings},
  s: {text: 'save the settings to a new file in the working directory', isOffered: hasSettings},
  m: {text: 'the map of the parts', isOffered: ({hasMap}) => hasMap},
  t: {text: 'try from outside whether the ports can be reached', decision: 'try', isOffered: ({canTry}) => canTry},
  w: {text: 'wait until the DNS has the names', decision: 'wait', isOffered: ({canWait}) => canWait},
  '?': {text: 'this list'},
  q: {text: 'quit; nothing is changed', decision: 'quit'},
};

const names = Object.keys(entries) as readonly Name[];

/** Tests whether a key does something now. */
export function isOffered(name: Name, offers: Offers): boolean {
  return entries[name].isOffered?.(offers) ?? true;
}

/** Returns the key that was pressed, if it is offered. */
export function findKey(stroke: Stroke, offers: Offers): Name | undefined {
  return names.find(name => isOffered(name, offers) && isStroke(stroke, name === 'Enter' ? 'enter' : name));
}

/** Returns the decision that a key makes, if any. */
export function decisionOf(name: Name): Decision | undefined {
  return entries[name].decision;
}

/** Explains every key that is offered. */
export function listKeys(offers: Offers): readonly (readonly [key: string, text: string])[] {
  return names.filter(name => isOffered(name, offers)).map(name => [name, entries[name].text]);
}
