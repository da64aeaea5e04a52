import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {renewPasswords} from '../../src/commands/passwords.ts';
import type {Ui} from '../../src/model/ui.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const settings = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';

test.each([
  ['without settings', {}],
  ['without a server', {'/etc/jitsi-onebox/settings.yaml': settings}],
  [
    'with the server of somebody else',
    {'/etc/jitsi-onebox/settings.yaml': settings, '/srv/jitsi/compose.yaml': 'services: {}\n'},
  ],
])('passwords renew is refused %s', async (_what, files) => {
  const invocation = readArguments(['passwords', 'renew']);
  const context = {invocation, machine: {host: createMemoryHost({files})}} as unknown as CommandContext;
  await expect(renewPasswords(context, {} as Ui)).rejects.toMatchObject({code: 'not-installed'});
});
