import {type Environment, isOn, listOf, textOf} from '../init/environment.ts';

/** An address at which a participant may find the bridge. */
export type Candidate = {
  readonly type: 'host' | 'srflx';
  readonly ip: string;
  readonly port: string;
  readonly priority: string;
  readonly foundation: string;
  readonly related?: {readonly ip: string; readonly port: string};
};

const PREFERENCE = {host: 126, srflx: 100};

/** The port of the bridge. */
export const portOf = (environment: Environment): string => textOf(environment, {name: 'JVB_PORT', otherwise: '10000'});

/** The addresses the bridge offers: its own in the container's network, and the ones it was told to advertise. */
export const candidatesOf = (environment: Environment, localAddress: string): readonly Candidate[] => {
  const port = portOf(environment);
  const local = {ip: localAddress, port};
  const advertised = listOf(environment, 'JVB_ADVERTISE_IPS', environment.DOCKER_HOST_ADDRESS).map(entry => {
    const [ip = '', mappedPort = port] = entry.split('#');
    return {ip, port: mappedPort};
  });
  return [
    ...(offersPrivate(environment) ? [makeCandidate('host', local, 0)] : []),
    ...advertised.map((address, index) => ({...makeCandidate('srflx', address, index + 1), related: local})),
  ];
};

const offersPrivate = (environment: Environment): boolean =>
  isOn(environment, 'JVB_ADVERTISE_PRIVATE_CANDIDATES', true);

const makeCandidate = (
  type: Candidate['type'],
  {ip, port}: {readonly ip: string; readonly port: string},
  index: number,
): Candidate => {
  const priority = PREFERENCE[type] * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
  return {type, ip, port, priority: String(priority), foundation: String(index + 1)};
};
