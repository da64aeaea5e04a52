/** A way to the bridge: two addresses between which a browser exchanged connectivity checks. */
export type Way = {
  /** The bridge's address, port and protocol. */
  readonly bridge: string;
  /** The relay in between, as the browser names it, and how the browser talks to it. */
  readonly relay: string;
};

/** What a participant is to do in a meeting. */
export type Wish = {
  readonly room: string;
  /** Which addresses of its own the browser may use: all, or only the relay's. */
  readonly policy: 'all' | 'relay';
  /** Which way the participant waits for. */
  readonly way: Partial<Way>;
};

/** What a participant learned in a meeting. */
export type Report = {
  /** The relay, and what else the server offers to reach the bridge. */
  readonly services: readonly string[];
  /** The ways that worked. */
  readonly ways: readonly Way[];
  /** The others, for the eyes of a reader. */
  readonly failures: readonly string[];
};
