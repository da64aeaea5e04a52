import type {CheckContext, Opening} from '../../model/check.ts';
import {limit} from '../../network/limit.ts';
import {resolveAddress} from '../../network/resolve.ts';
import {fetchCertificate} from '../../network/tls.ts';
import type {Blueprint} from '../blueprint.ts';

/** Where the checks look from: the host itself, which knows the settings, or any other machine, which knows a name. */
export type Vantage = {
  readonly domain: string;
  readonly blueprint: Blueprint | undefined;
  /** Finds the way that participants take to a name, or the nearest to it that leads there from here. */
  findWay(context: CheckContext, name: string): Promise<Way>;
};

export type Way = {
  readonly address: string;
  /** How that is told to the owner. */
  readonly told: string;
  /** Whether the router leads its public address back in; undefined where that is no question. */
  readonly loops?: boolean;
};

/** How long one question may take, in milliseconds. */
export const patience = 3000;
const loopPatience = 1000;
const https = 443;

/** From the host: by the public address where the router leads that back in, and else by the local one. */
export function fromHost(blueprint: Blueprint): Vantage {
  const find: Opening<Way> = context => findOwnWay(blueprint, context);
  return {domain: blueprint.domain, blueprint, findWay: context => context.share(find)};
}

/** From anywhere else: by what the DNS says. */
export function fromElsewhere(domain: string): Vantage {
  return {
    domain,
    blueprint: undefined,
    async findWay({signal}, name) {
      const address = await limit(patience, signal, until => resolveAddress(name, until));
      return {address, told: `${address}, as the DNS says`};
    },
  };
}

async function findOwnWay(blueprint: Blueprint, {signal}: CheckContext): Promise<Way> {
  const {domain, publicAddress, localAddress} = blueprint;
  if (publicAddress === localAddress) return {address: localAddress, told: `${localAddress}, which is on this host`};
  const fingerprint = async (address: string) => {
    const shown = await limit(loopPatience, signal, until =>
      fetchCertificate({name: domain, address, port: https}, until),
    );
    return shown.certificate.fingerprint256;
  };
  const [own, looped] = await Promise.all(
    [localAddress, publicAddress].map(address => fingerprint(address).catch(() => undefined)),
  );
  // Many routers answer there with pages of their own: only our certificate tells that it is us.
  if (own !== undefined && own === looped)
    return {address: publicAddress, told: `${publicAddress}, through the router`, loops: true};
  const told = `${localAddress}, past the router, which does not lead ${publicAddress} back in`;
  return {address: localAddress, told, loops: false};
}

/** The port of HTTPS under a name, and how the way there is told. */
export async function findHttps(
  vantage: Vantage,
  context: CheckContext,
  name = vantage.domain,
): Promise<{readonly target: {name: string; address: string; port: number}; readonly told: string}> {
  const {address, told} = await vantage.findWay(context, name);
  return {target: {name, address, port: https}, told: `asked at ${told}`};
}
