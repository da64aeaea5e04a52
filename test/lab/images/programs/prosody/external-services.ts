import {type Environment, listOf, textOf} from '../init/environment.ts';

type Service = {
  readonly type: 'stun' | 'turn' | 'turns';
  readonly host: string;
  readonly port: string;
  readonly transport: string;
  readonly credentials?: Credentials;
};

type Credentials = {
  readonly ttl: string;
  readonly secret: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
};

/** Which STUN and TURN servers prosody names to participants (XEP-0215), from the variables that upstream reads. */
export const externalServicesOf = (environment: Environment) => ({
  // A STUN server alone loads nothing, upstream too.
  namesServers: Boolean(environment.TURN_HOST || environment.TURNS_HOST),
  turnSecret: environment.TURN_CREDENTIALS,
  services: [...stunOf(environment), ...turnOf(environment), ...turnsOf(environment)],
});

const stunOf = (environment: Environment): readonly Service[] =>
  environment.STUN_HOST
    ? [{type: 'stun', host: environment.STUN_HOST, port: portOf(environment, 'STUN_PORT'), transport: 'udp'}]
    : [];

const turnOf = (environment: Environment): readonly Service[] => {
  const port = portOf(environment, 'TURN_PORT');
  const credentials = credentialsOf(environment);
  return listOf(environment, 'TURN_HOST').flatMap(host =>
    listOf(environment, 'TURN_TRANSPORT', 'tcp').map(
      transport => ({type: 'turn', host, port, transport, credentials}) as const,
    ),
  );
};

const turnsOf = (environment: Environment): readonly Service[] => {
  const port = portOf(environment, 'TURNS_PORT');
  const credentials = credentialsOf(environment);
  return listOf(environment, 'TURNS_HOST').map(host => ({type: 'turns', host, port, transport: 'tcp', credentials}));
};

const portOf = (environment: Environment, name: string): string => textOf(environment, {name, otherwise: '443'});

const credentialsOf = (environment: Environment): Credentials => ({
  ttl: textOf(environment, {name: 'TURN_TTL', otherwise: '86400'}),
  secret: Boolean(environment.TURN_CREDENTIALS),
  username: environment.TURN_USERNAME,
  password: environment.TURN_PASSWORD,
});
