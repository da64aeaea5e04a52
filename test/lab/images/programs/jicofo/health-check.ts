import {randomInt} from 'node:crypto';
import type {Health} from '../init/health.ts';

const PREFIX = '__jicofo-health-check';
const INTERVAL_MS = 10_000;

type HealthCheck = {
  readonly countBridges: () => number;
  /** Opens a room that counts in no statistics. */
  readonly openRoom: (name: string) => void;
};

/** Checks every ten seconds like the real jicofo; until the first time it says that it is well, whatever happened. */
export const startHealthChecks = ({countBridges, openRoom}: HealthCheck): Health => {
  let complaint = '';
  setInterval(() => {
    const count = countBridges();
    complaint = count > 0 ? '' : `No operational bridges available (total bridge count: ${count})`;
    if (count > 0) {
      openRoom(`${PREFIX}-${randomInt(2 ** 47)}`);
    }
  }, INTERVAL_MS);
  return () => complaint;
};
