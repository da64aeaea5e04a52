import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';

export type NftTableOptions = {
  /** Family and name, `inet jitsi-onebox`. */
  readonly table: string;
  /** The file that makes it, replacing what there is. */
  readonly file: string;
  /** How many rules the file makes: fewer or more, and somebody changed them. */
  readonly rules: number;
  /** The comment in the file's table: which text of the file the kernel has. */
  readonly comment: string;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
};

type TableState = {readonly comment: string | undefined; readonly rules: number} | undefined;

/** A table of nftables in the kernel, as its file makes it. */
export function nftTable(options: NftTableOptions): Resource<TableState> {
  const {table, file, rules, comment} = options;
  return {
    id: `nft-table:${table}`,
    title: options.title,
    place: options.place,
    kind: 'firewall-rule',
    needs: options.needs,
    locks: [],
    async read(host) {
      const {exitCode, stdout} = await host.query({argv: ['nft', 'list', 'table', ...table.split(' ')]});
      return exitCode === 0 ? parseTable(stdout) : undefined;
    },
    diff(state) {
      if (!state) return [{change: 'create', summary: `load the table ${table}`}];
      const isIntact = state.comment === comment && state.rules === rules;
      return isIntact ? [] : [{change: 'update', summary: `load the table ${table} again`}];
    },
    async apply({host}) {
      await host.run({argv: ['nft', '--file', file]});
    },
  };
}

/** The comment and the number of rules in what `nft list table` prints. */
export function parseTable(text: string): NonNullable<TableState> {
  const lines = text.split('\n').map(line => line.trim());
  const rules = lines.filter(
    line => /\b(accept|drop|notrack|reject( with .*)?)$/.test(line) && !line.startsWith('type '),
  );
  return {comment: /^\tcomment "(.*)"/m.exec(text)?.[1], rules: rules.length};
}
