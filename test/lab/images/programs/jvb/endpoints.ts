import {randomBytes} from 'node:crypto';

/** What a participant needs to reach the bridge. */
export type Credentials = {readonly ufrag: string; readonly password: string};

/** What the bridge needs to reach a participant, and the numbers of the audio that it may send. */
export type Remote = Credentials & {readonly fingerprint: string; readonly ssrcs: readonly number[]};

/** A participant at the bridge. Until the invitation is accepted, nothing is known of its end. */
export type Endpoint = Credentials & {readonly id: string; readonly meeting: string; remote?: Remote; seen: number};

/** The real bridge forgets an endpoint that has been silent for so long. */
const INACTIVE_MS = 60_000;

/** The conferences of a bridge, and who may send it connectivity checks. */
export type Endpoints = {
  readonly has: (meeting: string) => boolean;
  readonly meetings: () => readonly string[];
  readonly add: (meeting: string, id: string) => Credentials;
  readonly accept: (meeting: string, id: string, remote: Remote) => void;
  readonly remove: (meeting: string, id?: string) => void;
  /** Finds the endpoint that a check is for. */
  readonly find: (ufrag: string) => Endpoint | undefined;
  readonly isThere: (endpoint: Endpoint) => boolean;
  readonly onAccept: (listener: (endpoint: Endpoint) => void) => void;
};

/** Starts with no conference. */
export const openEndpoints = (now: () => number = Date.now): Endpoints => {
  const meetings = new Map<string, Map<string, Endpoint>>();
  const listeners: ((endpoint: Endpoint) => void)[] = [];
  const isThere = (endpoint: Endpoint) => meetings.get(endpoint.meeting)?.get(endpoint.id) === endpoint;
  return {
    has: meeting => meetings.has(meeting),
    meetings: () => [...meetings.keys()],
    add: (meeting, id) => {
      const endpoint = {id, meeting, ufrag: makeUfrag(), password: randomBytes(16).toString('hex'), seen: now()};
      const endpoints = meetings.get(meeting) ?? new Map();
      meetings.set(meeting, endpoints.set(id, endpoint));
      return endpoint;
    },
    accept: (meeting, id, remote) => {
      const endpoint = meetings.get(meeting)?.get(id);
      if (endpoint !== undefined) {
        endpoint.remote = remote;
        for (const listen of listeners) {
          listen(endpoint);
        }
      }
    },
    remove: (meeting, id) => {
      const endpoints = meetings.get(meeting);
      endpoints?.delete(id ?? '');
      if (id === undefined || endpoints?.size === 0) {
        meetings.delete(meeting);
      }
    },
    find: ufrag => {
      const endpoint = [...meetings.values()]
        .flatMap(endpoints => [...endpoints.values()])
        .find(e => e.ufrag === ufrag);
      if (endpoint === undefined || now() - endpoint.seen > INACTIVE_MS) {
        return undefined;
      }
      endpoint.seen = now();
      return endpoint;
    },
    isThere,
    onAccept: listener => void listeners.push(listener),
  };
};

const makeUfrag = (): string => randomBytes(5).toString('hex');
