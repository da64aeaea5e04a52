import {expect, test} from 'vitest';
import {externalServicesOf} from './external-services.ts';

const CREDENTIALS = {ttl: '86400', secret: true, username: undefined, password: undefined};

test('names every host by every transport, and TLS by TCP alone', () => {
  const {namesServers, turnSecret, services} = externalServicesOf({
    TURN_CREDENTIALS: 'secret',
    STUN_HOST: 'turn.example.test',
    STUN_PORT: '3478',
    TURN_HOST: 'a.example.test,b.example.test',
    TURN_PORT: '3478',
    TURN_TRANSPORT: 'udp,tcp',
    TURNS_HOST: 'turn.example.test',
    TURNS_PORT: '443',
  });
  const turn = {type: 'turn', port: '3478', credentials: CREDENTIALS};
  expect({namesServers, turnSecret}).toEqual({namesServers: true, turnSecret: 'secret'});
  expect(services).toEqual([
    {type: 'stun', host: 'turn.example.test', port: '3478', transport: 'udp'},
    {...turn, host: 'a.example.test', transport: 'udp'},
    {...turn, host: 'a.example.test', transport: 'tcp'},
    {...turn, host: 'b.example.test', transport: 'udp'},
    {...turn, host: 'b.example.test', transport: 'tcp'},
    {type: 'turns', host: 'turn.example.test', port: '443', transport: 'tcp', credentials: CREDENTIALS},
  ]);
});

test('takes port 443 and TCP when nothing else is said', () => {
  const {services} = externalServicesOf({TURN_CREDENTIALS: 'secret', TURN_HOST: 'turn.example.test'});
  expect(services).toMatchObject([{type: 'turn', port: '443', transport: 'tcp'}]);
});

test('a STUN server alone is never named', () => {
  expect(externalServicesOf({STUN_HOST: 'turn.example.test'}).namesServers).toBe(false);
});

test('without the secret participants get servers without credentials', () => {
  const {services} = externalServicesOf({TURNS_HOST: 'turn.example.test'});
  expect(services).toMatchObject([{credentials: {secret: false, username: undefined}}]);
});
