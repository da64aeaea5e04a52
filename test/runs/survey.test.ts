import {expect, test} from 'vitest';
import {gatherSettings} from '../../src/model/settings/gather.ts';
import {survey} from '../../src/runs/survey.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeInput} from '../stack/input.ts';

const {facts, assets, document} = makeInput();

test.each([
  ['a restore that broke off', '{"v":1,"domain":"meet.example.org","at":"","digest":"","directories":[]}'],
  ['a mark of a restore that cannot be read', ''],
])('nothing is installed over %s', async (_what, mark) => {
  const draft = gatherSettings({saved: {name: 'settings.yaml', text: document}});
  const codesWith = async (files: Readonly<Record<string, string>>) => {
    const stack = await survey({host: createMemoryHost({files}), assets}, {draft, facts, takeOver: []});
    return stack.problems.map(({code}) => code);
  };
  expect(await codesWith({'/var/lib/jitsi-onebox/restoring.json': mark})).toContain('restore-incomplete');
  expect(await codesWith({})).not.toContain('restore-incomplete');
});
