import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import type {NginxListen} from '../../../src/model/facts.ts';
import {drawStack} from '../../../src/stack/index.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeFacts, makeInput} from '../input.ts';

const file = '/etc/nginx/sites-enabled/new';
const listen: NginxListen = {
  module: 'http',
  server: `${file}:1`,
  file,
  line: 2,
  text: '443',
  address: '0.0.0.0',
  port: 443,
  options: ['ssl'],
};
const textOf = (line: string) => `server {\n  ${line}\n  server_name new.example.org;\n}\n`;

function run(listens: readonly NginxListen[], text: string) {
  const {checks} = drawStack(makeInput({facts: makeFacts({nginxListens: listens})}));
  const check = checks.find(({code}) => code === 'site-ports');
  const host = createMemoryHost({files: {[file]: text}});
  return check?.run(openRound(host, new AbortController().signal).context);
}

test.each<[string, readonly NginxListen[], string, string, RegExp]>([
  ['no other site', [], '', 'ok', /0 listen lines/],
  ['a site on the port of nginx', [{...listen, text: '4443', port: 4443}], 'listen 4443 ssl;', 'ok', /1 listen/],
  ['a new site on 443', [listen], 'listen 443 ssl; # managed by Certbot', 'warning', /443: .*sites-enabled\/new:2$/],
  ['a site that this run moved', [listen], 'listen 4443 ssl; port_in_redirect off;', 'ok', /listen lines/],
  ['a site on one address', [{...listen, address: '10.0.0.1', text: '10.0.0.1:443'}], '', 'warning', /new:2/],
  ['a stream', [{...listen, module: 'stream', options: []}], '', 'warning', /new:2.*a stream/],
])('%s', async (_what, listens, line, state, evidence) => {
  const found = await run(listens, textOf(line));
  expect(found).toMatchObject({state, evidence: expect.stringMatching(evidence)});
  if (state === 'warning') expect(found?.remedy).toMatch(/./);
});
