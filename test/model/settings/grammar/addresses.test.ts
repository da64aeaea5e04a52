import {localAddress, publicAddress, subnet} from '../../../../src/model/settings/grammar/addresses.ts';
import {testGrammar} from './test-grammar.ts';

testGrammar([
  {
    name: 'public address',
    schema: publicAddress,
    right: ['198.51.100.10', '8.8.8.8', '100.63.255.255', '172.32.0.1'],
    wrong: [
      ['10.0.0.1', /private/],
      ['172.16.0.1', /private/],
      ['192.168.1.1', /private/],
      ['127.0.0.1', /loopback/],
      ['169.254.1.1', /link-local/],
      ['100.64.0.1', /provider's own NAT/],
      ['224.0.0.1', /multicast/],
      ['240.0.0.1', /reserved/],
      ['198.18.0.1', /reserved/],
      '192.88.99.1',
      '0.0.0.0',
      '255.255.255.255',
      ['2001:db8::1', /IPv6/],
      '8.8.8',
      '8.8.8.8/32',
      '08.8.8.8',
      '0x8.8.8.8',
      '8.8.8.256',
      ' 8.8.8.8',
      '',
      'meet.example.org',
    ],
  },
  {
    name: 'local address',
    schema: localAddress,
    right: ['192.168.1.20', '10.0.0.1', '100.64.0.1', '198.51.100.10'],
    wrong: ['127.0.0.1', '169.254.1.1', '224.0.0.1', '0.0.0.0', 'fd00::1', 'localhost'],
  },
  {
    name: 'subnet',
    schema: subnet,
    right: ['172.28.0.0/24', '10.1.0.0/16', '192.168.7.16/28'],
    wrong: [
      '172.28.0.0',
      ['172.28.0.1/24', /network is 172\.28\.0\.0\/24/],
      ['10.0.0.0/8', /prefix/],
      ['10.0.0.0/29', /prefix/],
      '198.51.100.0/24',
      'fd00::/64',
      '10.0.0.0/33',
      '10.0.0/24',
    ],
  },
]);
