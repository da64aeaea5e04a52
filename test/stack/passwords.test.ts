import fc from 'fast-check';
import {expect, test} from 'vitest';
import {completePasswords, passwordNames, warnOfUnfit} from '../../src/stack/passwords.ts';

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

test('renewed passwords replace strong ones, and nothing else changes', () => {
  const old = (char: string) => char.repeat(32);
  const env = `# mine\nJICOFO_AUTH_PASSWORD=${old('1')}\nOTHER=x\nJVB_AUTH_PASSWORD=${old('2')}\nTURN_CREDENTIALS=${old('3')}\n`;
  const renew = ['JVB_AUTH_PASSWORD', 'TURN_CREDENTIALS'] as const;
  const {text, values, replaced} = completePasswords({env, renew, make: () => 'new'});
  expect(text.reveal()).toBe(env.replace(old('2'), 'new').replace(old('3'), 'new'));
  expect(values.JICOFO_AUTH_PASSWORD.reveal()).toBe(old('1'));
  expect(values.JVB_AUTH_PASSWORD.reveal()).toBe('new');
  // Nobody is told that a password was weak.
  expect(replaced).toEqual([]);
});

test('passwords are never printed', () => {
  expect(JSON.stringify(completePasswords({env: `TURN_CREDENTIALS=${'hidden'.repeat(6)}\n`}))).not.toContain('hidden');
});

test.each([
  ["'pässword-with-an-umlaut'", 'non-ASCII'],
  ["'quo\"ted'", 'a quote'],
  ["'back\\slash'", 'a backslash'],
  ['refers-to-$ANOTHER', 'a reference'],
])('a password of an account that the account cannot have is a problem with a remedy: %s (%s)', written => {
  const env = `JICOFO_AUTH_PASSWORD=${written}\nJVB_AUTH_PASSWORD=${'2'.repeat(32)}\n`;
  const kept = completePasswords({env});
  expect(kept.unfit).toEqual(['JICOFO_AUTH_PASSWORD']);
  const [problem] = warnOfUnfit(kept, '/srv/jitsi');
  expect(problem).toMatchObject({
    code: 'unfit-password',
    remedy: expect.stringContaining('renew JICOFO_AUTH_PASSWORD'),
  });
  expect(`${problem?.summary}${problem?.why}`).not.toContain(written.slice(1, 8));
  // Neither where it is renewed, nor where Prosody will make the account.
  expect(completePasswords({env, renew: ['JICOFO_AUTH_PASSWORD']}).unfit).toEqual([]);
  expect(completePasswords({env, hasAccounts: false}).unfit).toEqual([]);
});
