/** The size of an attack. */
export const size = 100_000;

/**
 * Makes hostile versions of a text that a parser understands: at each border of its words something is repeated until the text is long,
 * and the line ends in a way that no parser expects. That is where an ambiguous regular expression begins to guess.
 */
export function makeAttacks(sample: string): readonly string[] {
  const words = sample.match(/\s+|\w+|[^\s\w]/g) ?? [];
  return words.flatMap((word, index) => {
    const before = words.slice(0, index).join('');
    const [after = ''] = words.slice(index + 1);
    const pumps = new Set([word, `${word}${after}`, `${word} `]);
    return [...pumps].map((pump, at) => {
      const long = before + pump.repeat(Math.ceil(size / pump.length));
      return at % 2 === 0 ? `${long}\u2028` : `${long}!\n${words.slice(index).join('')}`;
    });
  });
}
