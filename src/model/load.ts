/** How much of something is used. */
export type Amount = {readonly used: number; readonly total: number};

/** Bytes per second. */
export type Traffic = {readonly received: number; readonly sent: number};

/** What a container takes: processors, as a number of whole ones, bytes of memory, and its network. */
export type ContainerLoad = {
  readonly service: string;
  readonly processors: number;
  readonly memory: number;
  readonly network: Traffic;
};

/** What a host and its containers take at one moment. */
export type Load = {
  /** The part of all processors that is busy, from 0 to 1. */
  readonly processor: number;
  readonly cores: number;
  /** Bytes. */
  readonly memory: Amount;
  /** Bytes of the file system that holds the containers. */
  readonly disk: Amount;
  /** Over the interfaces to other machines. */
  readonly network: Traffic;
  readonly containers: readonly ContainerLoad[];
};
