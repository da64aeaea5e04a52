import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {expect, test} from 'vitest';
import {Problem} from '../../src/model/problem.ts';
import {showPeople} from '../../src/plain/people.ts';

test('in plain mode accounts are added, and removed only with a yes', async () => {
  const names = ['anna'];
  const asked: string[] = [];
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  stdin.end('add Bert\nadd bert\nremove anna\nno\nremove anna\nyes\nremove\ndance\npassword carl\nyes\nback\n');
  await showPeople(
    {
      list: async () => names,
      async change({action, name}) {
        asked.push(`${action} ${name}`);
        if (name === 'carl') throw new Problem({code: 'no-account', summary: 'There is no carl.', remedy: 'Look.'});
        return `${name}: done.`;
      },
    },
    {stdin, stdout},
  );
  stdout.end();
  const said = await text(stdout);
  expect(asked).toEqual(['add bert', 'remove anna', 'renew carl']);
  expect(said).toMatch(/Accounts: anna\n/);
  expect(said).toMatch(/This name has other characters/);
  expect(said).toMatch(/Please type one of these words/);
  expect(said).toMatch(/There is no carl\. Look\./);
});

test('in plain mode a Prosody that does not answer ends nothing', async () => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  stdin.end('add bert\nback\n');
  let looks = 0;
  await showPeople(
    {
      async list() {
        if (looks++ === 0) throw new Problem({code: 'no-account', summary: 'Prosody is down.', remedy: 'Wait.'});
        return [];
      },
      change: async ({name}) => `${name}: done.`,
    },
    {stdin, stdout},
  );
  stdout.end();
  expect(await text(stdout)).toMatch(/^Prosody is down\. Wait\.\n[^\n]*bert: done\.\nThere are no accounts yet\./);
});
