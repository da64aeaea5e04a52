import {createHmac} from 'node:crypto';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {allocate, TurnRefusal} from '../../../src/network/turn.ts';

// Opens allocations at the relay with one credential: `node allocate.ts NUMBER USER`. The first line of its standard input is the
// relay's secret. It prints how many allocations it got, with the refusals' codes, and keeps them until its input ends.

const [, , number, user = ''] = process.argv;
const lines = createInterface(process.stdin);
const [secret] = await once(lines, 'line');
const username = `${Math.floor(Date.now() / 1000) + 3600}:${user}`;
const password = createHmac('sha1', secret).update(username).digest('base64');
const target = {name: 'turn.example.test', address: '198.51.100.10', port: 443, family: 4, username, password} as const;

const attempts = Array.from({length: Number(number)}, () => allocate(target, AbortSignal.timeout(60_000)));
const results = await Promise.allSettled(attempts);
const refusals = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
const codes = refusals.map(reason => (reason instanceof TurnRefusal ? reason.code : String(reason)));
console.log(JSON.stringify({opened: results.length - refusals.length, codes: [...new Set(codes)]}));
await once(lines, 'close');
process.exit();
