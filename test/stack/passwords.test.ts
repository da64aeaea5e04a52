import fc from 'fast-check';
import {expect, test} from 'vitest';
import {completePasswords, passwordNames} from '../../src/stack/passwords.ts';

const line = fc.constantFrom(
  'JICOFO_AUTH_PASSWORD=one',
  'JVB_AUTH_PASSWORD=two=2',
  `TURN_CREDENTIALS=${'3'.repeat(39)}`,
  '# a note',
  '',
  'OTHER=x',
  'JVB_AUTH_PASSWORD=',
  '  indented',
);

test('a new host gets three passwords: hexadecimal, long enough, and different', () => {
  const {values, text} = completePasswords();
  const all = passwordNames.map(name => values[name].reveal());
  for (const password of all) expect(password).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(all).size).toBe(3);
  expect(text.reveal()).toBe(passwordNames.map((name, index) => `${name}=${all[index]}\n`).join(''));
});

test('the content of the file stays, byte for byte; missing passwords are added', () => {
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), (lines, isEnded) => {
      const before = lines.join('\n') + (isEnded && lines.length > 0 ? '\n' : '');
      const {values, text} = completePasswords({env: before, make: () => 'new'});
      expect(text.reveal().startsWith(before)).toBe(true);
      for (const name of passwordNames) {
        const found = lines.findLast(each => each.startsWith(`${name}=`) && each !== `${name}=`);
        expect(values[name].reveal()).toBe(found?.slice(name.length + 1) ?? 'new');
      }
      const again = completePasswords({env: text.reveal(), make: () => 'newer'.repeat(9)});
      if (values.TURN_CREDENTIALS.reveal() !== 'new') expect(again.text.reveal()).toBe(text.reveal());
    }),
  );
});

test('passwords are never printed', () => {
  expect(JSON.stringify(completePasswords({env: `TURN_CREDENTIALS=${'hidden'.repeat(6)}\n`}))).not.toContain('hidden');
});
