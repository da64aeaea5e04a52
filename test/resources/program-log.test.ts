import {expect, test} from 'vitest';
import {readRefusal} from '../../src/resources/program-log.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const log = '/var/log/nginx/error.log';
const refused = '[emerg] 688#688: bind() to 0.0.0.0:80 failed (98: Address already in use)';
const text = `2026/11/29 01:00:00 [notice] 688#688: signal process started
2026/11/29 01:00:00 [warn] 688#688: conflicting server name "a" on 0.0.0.0:80, ignored
2026/11/29 01:00:00 ${refused}
2026/11/29 01:00:01 ${refused}
2026/11/29 01:00:02 [emerg] 688#688: still could not bind()
`;

test('why nginx refuses is read from its log: once, without what is older or only a warning', async () => {
  const host = createMemoryHost({commands: {[`tail --bytes=+18 ${log}`]: text}});
  expect(await readRefusal(host, log, 17)).toBe(
    'bind() to 0.0.0.0:80 failed (98: Address already in use)\nstill could not bind()',
  );
  expect(await readRefusal(host, undefined, 0)).toBe('');
});
