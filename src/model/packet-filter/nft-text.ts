/** The names of what is shown of a ruleset. */
const keyOf = (...parts: readonly (string | number)[]) => parts.join(' ');

/** What `nft -a list ruleset` shows that its JSON does not have. */
export type NftText = {
  /** Rules as people write them. */
  rule(chain: string, handle: number): string | undefined;
  /** The first line of a base chain. */
  head(chain: string): string;
  /** Whether the chains of a table are switched off: the JSON of some versions does not say so. */
  isDormant(table: string): boolean;
};

/** Reads that text; a chain is `inet filter input`, a table `inet filter`. */
export function readText(text: string): NftText {
  const rules = new Map<string, string>();
  const heads = new Map<string, string>();
  const dormant = new Set<string>();
  let [table, chain] = ['', ''];
  for (const words of text.split('\n').map(line => line.trim())) {
    const [, head, name = ''] = /^(table|chain) (.*?) \{/.exec(words) ?? [];
    if (head === 'table') [table, chain] = [name, ''];
    else if (head === 'chain') chain = keyOf(table, name);
    else if (words.startsWith('type ')) heads.set(chain, words);
    else if (chain === '' && /^flags .*\bdormant\b/.test(words)) dormant.add(table);
    const [, rule, handle = ''] = /^(.*) # handle (\d+)$/.exec(words) ?? [];
    if (rule !== undefined && head === undefined) rules.set(keyOf(chain, handle), rule);
  }
  return {
    rule: (name, handle) => rules.get(keyOf(name, handle)),
    head: name => heads.get(name) ?? '',
    isDormant: name => dormant.has(name),
  };
}
