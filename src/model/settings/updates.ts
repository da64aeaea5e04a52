import * as v from 'valibot';
import {readDuration} from '../duration.ts';
import {clock} from './clock.ts';

/** A duration such as 6h, 30m or 90s. */
export const duration = v.pipe(
  v.string(),
  v.check(text => readDuration(text) !== undefined, 'is not a duration such as 6h, 30m or 90s'),
);

/** The settings of when the container images are updated, and how. */
export const updateSettings = {
  'updates.mode': {
    schema: v.picklist(['off', 'notify', 'apply'], 'is neither off, notify nor apply'),
    default: 'notify',
    help: 'Daily updates of the images: off, notify (only report them), or apply (install them too).',
  },
  'updates.source': {
    schema: v.picklist(['upstream', 'rebuild'], 'is neither upstream nor rebuild'),
    default: 'upstream',
    help: "Which images run: as published (upstream), or with Debian's newer packages (rebuild).",
  },
  'updates.program': {
    schema: v.boolean('is neither true nor false'),
    default: false,
    help: 'Whether the timer of mode apply updates jitsi-onebox itself too, unless apt brought it.',
  },
  'updates.at': {
    schema: clock,
    default: '03:30',
    help: 'When to look for updates, in the time of this machine; up to 30 minutes later.',
    example: '04:15',
  },
  'updates.wait-for-idle': {
    schema: duration,
    default: '6h',
    help: 'How long an update waits for the end of all meetings before it gives up.',
    example: '90m',
  },
  'updates.tag': {
    schema: v.picklist(['follow', 'pin'], 'is neither follow nor pin'),
    default: 'follow',
    help: 'Which published image is used: what a tag means now (follow), or the one in use (pin).',
  },
} as const;
