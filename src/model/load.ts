/** How much of something is used. */
export type Amount = {readonly used: number; readonly total: number};

/** What a container takes: processors, as a number of whole ones, and bytes of memory. */
export type ContainerLoad = {readonly service: string; readonly processors: number; readonly memory: number};

/** What a host and its containers take at one moment. */
export type Load = {
  /** The part of all processors that is busy, from 0 to 1. */
  readonly processor: number;
  readonly cores: number;
  /** Bytes. */
  readonly memory: Amount;
  /** Bytes of the file system that holds the containers. */
  readonly disk: Amount;
  /** Bytes per second over the interfaces to other machines. */
  readonly network: {readonly received: number; readonly sent: number};
  readonly containers: readonly ContainerLoad[];
};
