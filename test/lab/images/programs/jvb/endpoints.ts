import {randomBytes} from 'node:crypto';

/** What a participant needs to reach the bridge. */
export type Credentials = {readonly ufrag: string; readonly password: string};

type Endpoint = Credentials & {readonly id: string; seen: number};

/** The real bridge forgets an endpoint that has been silent for so long. */
const INACTIVE_MS = 60_000;

/** The conferences of a bridge, and who may send it connectivity checks. */
export type Endpoints = {
  readonly has: (meeting: string) => boolean;
  readonly meetings: () => readonly string[];
  readonly add: (meeting: string, id: string) => Credentials;
  readonly remove: (meeting: string, id?: string) => void;
  readonly passwordOf: (ufrag: string) => string | undefined;
};

/** Starts with no conference. */
export const openEndpoints = (now: () => number = Date.now): Endpoints => {
  const meetings = new Map<string, Map<string, Endpoint>>();
  return {
    has: meeting => meetings.has(meeting),
    meetings: () => [...meetings.keys()],
    add: (meeting, id) => {
      const endpoint = {id, ufrag: makeUfrag(), password: randomBytes(16).toString('hex'), seen: now()};
      const endpoints = meetings.get(meeting) ?? new Map();
      meetings.set(meeting, endpoints.set(id, endpoint));
      return endpoint;
    },
    remove: (meeting, id) => {
      const endpoints = meetings.get(meeting);
      endpoints?.delete(id ?? '');
      if (id === undefined || endpoints?.size === 0) {
        meetings.delete(meeting);
      }
    },
    passwordOf: ufrag => {
      const endpoint = [...meetings.values()]
        .flatMap(endpoints => [...endpoints.values()])
        .find(e => e.ufrag === ufrag);
      if (endpoint === undefined || now() - endpoint.seen > INACTIVE_MS) {
        return undefined;
      }
      endpoint.seen = now();
      return endpoint.password;
    },
  };
};

const makeUfrag = (): string => randomBytes(5).toString('hex');
