import {expect, test} from 'vitest';
import {candidatesOf} from './candidates.ts';

const briefly = (environment: Readonly<Record<string, string>>) =>
  candidatesOf(environment, '172.30.0.4').map(({type, ip, port, related}) => [type, ip, port, related?.ip]);

test('offers its own address and the advertised ones behind it', () => {
  expect(briefly({JVB_ADVERTISE_IPS: '192.168.77.10,198.51.100.10#20000'})).toEqual([
    ['host', '172.30.0.4', '10000', undefined],
    ['srflx', '192.168.77.10', '10000', '172.30.0.4'],
    ['srflx', '198.51.100.10', '20000', '172.30.0.4'],
  ]);
});

test('prefers its own address', () => {
  const [own, advertised] = candidatesOf({JVB_ADVERTISE_IPS: '198.51.100.10'}, '172.30.0.4');
  expect(Number(own?.priority)).toBeGreaterThan(Number(advertised?.priority));
});

test('keeps its own address to itself when told to', () => {
  const environment = {
    JVB_ADVERTISE_IPS: '198.51.100.10',
    JVB_ADVERTISE_PRIVATE_CANDIDATES: 'false',
    JVB_PORT: '10001',
  };
  expect(briefly(environment)).toEqual([['srflx', '198.51.100.10', '10001', '172.30.0.4']]);
});
