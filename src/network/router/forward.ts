import type {RouterProtocol} from '../../model/network-facts.ts';

/** A port of the router that leads to the same port of this host. */
export type RouterPort = {readonly port: number; readonly protocol: 'tcp' | 'udp'};

/** Where requests go, and for whom. */
export type RouterPlace = {readonly gateway: string; readonly localAddress: string};

/** What the router granted. Times are milliseconds since 1970; `until` is null for good. */
export type Grant = {
  readonly by: RouterProtocol;
  readonly until: number | null;
  /** Proves to PCP that a later request is ours. */
  readonly nonce?: string;
};

/** Reports that the router does not forward a port; `isTaken` if another device has it. */
export class RouterRefusal extends Error {
  readonly isTaken: boolean;

  constructor(message: string, isTaken = false) {
    super(message);
    this.name = 'RouterRefusal';
    this.isTaken = isTaken;
  }
}

/** How long a forward is asked for, in seconds: RFC 6886 recommends two hours. */
export const leaseSeconds = 7200;

/** How long a router may take to answer, in milliseconds. */
export const routerPatience = 1500;
