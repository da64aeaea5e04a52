import {describe, expect, test} from 'vitest';
import {parseNft} from '../../../src/model/packet-filter/nft.ts';
import {simulate} from '../../../src/model/packet-filter/simulate.ts';
import {chain, drop, https, inner, json, match, port, rule, send, source} from './ruleset.ts';

describe('hostile rules', () => {
  const jump = (to: string) => ({jump: {target: to}});

  test('chains that double at every jump cost no more than their length', () => {
    const pyramid = Array.from({length: 2000}, (_, level) => [
      inner(`c${level}`),
      rule([jump(`c${level + 1}`)], `c${level}`),
      rule([jump(`c${level + 1}`)], `c${level}`),
    ]);
    const started = performance.now();
    expect(send([chain(), rule([jump('c0')]), ...pyramid.flat(), inner('c2000')]).result).toBe('unclear');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('a chain is not walked once for each of very many marks', () => {
    const marks = Array.from({length: 3000}, (_, value) => [
      rule([{mangle: {key: {meta: {key: 'mark'}}, value}}]),
      rule([jump('own')]),
    ]);
    const own = Array.from({length: 3000}, () => rule([match(port, 22), drop], 'own'));
    const started = performance.now();
    expect(send([chain(), ...marks.flat(), inner('own'), ...own]).result).toBe('open');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('time grows with the size, not with its square', () => {
    const measure = (size: number) => {
      const rules = Array.from({length: size}, (_, number) =>
        rule([match(port, number), match(source, `10.0.${number % 256}.1`), drop]),
      );
      const chains = parseNft(json(chain(), ...rules), '') ?? [];
      const started = performance.now();
      simulate({chains}, https);
      return performance.now() - started;
    };
    measure(800);
    expect(measure(8000)).toBeLessThan(40 * (measure(800) + 20));
  });

  test.each(['', '{', '{"nftables":[7]}', '[]'])('%j is not understood', text => {
    expect(parseNft(text, '')).toBeUndefined();
  });
});
