import {expect, test} from 'vitest';
import {nftTable, parseTable} from '../../src/resources/nft-table.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';

const guard = nftTable({
  table: 'inet jitsi-onebox',
  file: '/etc/jitsi-onebox/guard.nft',
  rules: 3,
  comment: 'made from the text 0123456789abcdef of its file',
  title: 'Guard',
  place: 'mmproxy',
  needs: [],
});

// As nft 1.0.6 and 1.1.3 print it.
const listing = `table inet jitsi-onebox {
	comment "made from the text 0123456789abcdef of its file"
	chain output {
		type filter hook output priority filter; policy accept;
		oifname "lo" tcp dport 4444 meta skuid != { 0, 109 } reject with tcp reset
	}

	chain forward {
		type filter hook forward priority filter; policy accept;
		ip daddr 172.28.0.0/24 ip saddr != 172.28.0.0/24 ct state new ct status dnat accept
		ip daddr 172.28.0.0/24 ip saddr != 172.28.0.0/24 ct state new drop
	}
}
`;

function createNft(before: string | undefined): MemoryHost {
  let loaded = before;
  return createMemoryHost({
    commands: {
      'nft --terse list table inet jitsi-onebox': () => loaded ?? {exitCode: 1, stderr: 'No such file or directory\n'},
      'nft --file': () => {
        loaded = listing;
        return '';
      },
    },
  });
}

const load = ['run nft --file /etc/jitsi-onebox/guard.nft'];

testContract([
  {
    name: 'a table that is not loaded',
    resource: guard,
    machine: () => createNft(undefined),
    differs: ['create'],
    does: load,
  },
  {
    name: 'a table from an older file',
    resource: guard,
    machine: () => createNft(listing.replace('0123', 'ffff')),
    differs: ['update'],
    does: load,
  },
  {
    name: 'a table with a rule missing',
    resource: guard,
    machine: () => createNft(listing.replace(/\n.*drop\n/, '\n')),
    differs: ['update'],
    does: load,
  },
]);

test('the rules of a table are counted, the policies of its chains are not', () => {
  expect(parseTable(listing)).toEqual({comment: 'made from the text 0123456789abcdef of its file', rules: 3});
  expect(parseTable('table inet jitsi-onebox {\n}\n')).toEqual({comment: undefined, rules: 0});
  expect(parseTable('\t\toifname "lo" tcp sport 4443 notrack\n').rules).toBe(1);
});
