import {expect, test} from 'vitest';
import {completeSettings} from '../../../src/model/settings/complete.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {writeSettings} from '../../../src/model/settings/write.ts';

const required = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';
const gather = (options: string, flags: readonly string[] = []) =>
  gatherSettings({saved: {name: 'settings.yaml', text: `${required}${options}`}, flags});
const complete = (...source: Parameters<typeof gather>) => completeSettings(gather(...source)).options;

test('options are a map of texts, whatever YAML takes them for', () => {
  expect(complete('')).toBeUndefined();
  expect(complete('options: {ENABLE_P2P: 0, START_SILENT: yes, LOG_LEVEL: debug}')).toEqual({
    ENABLE_P2P: '0',
    START_SILENT: 'yes',
    LOG_LEVEL: 'debug',
  });
});

test('a map replaces the saved one; a single option is added to it, and an empty one removes it', () => {
  const saved = 'options: {ENABLE_P2P: 0, RESOLUTION: 720}\n';
  expect(complete(saved, ['options={RESOLUTION: 360}'])).toEqual({RESOLUTION: '360'});
  expect(complete(saved, ['options.RESOLUTION=360', 'options.LOG_LEVEL=a: b'])).toEqual({
    ENABLE_P2P: '0',
    RESOLUTION: '360',
    LOG_LEVEL: 'a: b',
  });
  expect(complete(saved, ['options.RESOLUTION='])).toEqual({ENABLE_P2P: '0'});
  expect(complete('', ['options.RESOLUTION=720'])).toEqual({RESOLUTION: '720'});
});

test('a single option is saved with the others, and with the comments', () => {
  const saved = '# mine\noptions:\n  ENABLE_P2P: 0\n';
  const text = writeSettings(gather(saved, ['options.RESOLUTION=720']));
  expect(text).toContain('# mine');
  expect(complete(text.slice(required.length))).toEqual({ENABLE_P2P: '0', RESOLUTION: '720'});
});

test.each([
  ['options: 720', 'is not a map: write {NAME: value}'],
  ['options: {resolution: 720}', 'has the name "resolution", which no variable can have'],
  ['options: {RESOLUTION: {a: b}}', 'has more than a text for a name'],
  ['options: {LOG_LEVEL: "a\\nb"}', 'has a line break or another control character in LOG_LEVEL'],
  [`options: {LOG_LEVEL: ${'x'.repeat(16_384)}}`, 'is longer than 16384 bytes in all'],
])('%s is refused', (options, reason) => {
  expect(() => complete(options)).toThrow(reason);
});
