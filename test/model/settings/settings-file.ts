import {completeSettings} from '../../../src/model/settings/complete.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import type {Settings} from '../../../src/model/settings/schema.ts';

export const minimal = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {domain: turn.example.org}\n';

export function gather(text: string, flags: readonly string[] = []) {
  return gatherSettings({file: {name: 'my.yaml', text}, flags});
}

export function complete(text: string, flags: readonly string[] = []): Settings {
  return completeSettings(gather(text, flags));
}

export function listFaults(text: string, flags: readonly string[] = []) {
  return gather(text, flags).faults.map(({key, source, line, reason}) => ({key, source, line, reason}));
}
