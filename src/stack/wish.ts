import type {Facts} from '../model/facts.ts';
import type {Settings} from '../model/settings/schema.ts';
import type {Assets} from './assets.ts';
import type {InUse} from './in-use.ts';
import type {Passwords} from './passwords.ts';

/** What may be given up when the owner says so. */
export const takeOvers = ['haproxy', 'compose'] as const;
export type TakeOver = (typeof takeOvers)[number];

export type Wish = {
  readonly settings: Settings;
  /** The text of the settings file as it is to be saved. */
  readonly document: string;
  readonly facts: Facts;
  readonly inUse: InUse;
  readonly passwords: Passwords;
  readonly assets: Assets;
  readonly takeOver: readonly TakeOver[];
};
