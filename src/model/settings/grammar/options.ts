import * as v from 'valibot';

const largest = 16_384;

/** Variables of Jitsi's containers by name. Which ones there are is for the stack to say. */
export const optionMap = v.pipe(
  v.record(v.string(), v.string(), 'is not a map: write {NAME: value}'),
  v.check(
    options => Object.keys(options).every(isVariable),
    ({input}) => `has the name "${Object.keys(input).find(name => !isVariable(name))}", which no variable can have`,
  ),
  v.check(
    options => !Object.values(options).some(isBroken),
    ({input}) =>
      `has a line break or another control character in ${Object.keys(input).find(name => isBroken(input[name]))}`,
  ),
  v.check(options => Buffer.byteLength(JSON.stringify(options)) <= largest, `is longer than ${largest} bytes in all`),
  v.readonly(),
);

const isVariable = (name: string) => /^[A-Z][A-Z0-9_]*$/.test(name);
const isBroken = (value = '') => /\p{Cc}|\p{Cs}/u.test(value);
