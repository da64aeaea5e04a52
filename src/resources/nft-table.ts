import type {Place} from '../model/place.ts';
import type {Resource, Work} from '../model/resource.ts';
import type {Snapshot} from '../model/snapshot.ts';

export type NftTableOptions = {
  /** Family and name, `inet jitsi-onebox`. */
  readonly table: string;
  /** The file that loads it, replacing the table that is there. */
  readonly file: string;
  /** The number of rules in the file; another number means that a program changed them. */
  readonly rules: number;
  /** The comment in the file's table, which names the text of the file that the kernel has. */
  readonly comment: string;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
};

type TableState = {readonly comment: string | undefined; readonly rules: number} | undefined;

/** An nftables table in the kernel, as its file defines it. */
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
      const {exitCode, stdout} = await host.query({argv: listTable(table)});
      return exitCode === 0 ? parseTable(stdout) : undefined;
    },
    diff(state) {
      if (!state) return [{change: 'create', summary: `load the table ${table}`}];
      const isIntact = state.comment === comment && state.rules === rules;
      return isIntact ? [] : [{change: 'update', summary: `load the table ${table} again`}];
    },
    record: (_host, state) => [
      {thing: 'table', name: table, place: options.place, was: {type: 'table', isLoaded: state !== undefined, file}},
    ],
    apply: work => load(work, file),
  };
}

/** Without the elements of sets, which strangers may add in the kernel by the thousand. */
const listTable = (table: string) => ['nft', '--terse', 'list', 'table', ...table.split(' ')] as const;

async function load({host}: Work, file: string): Promise<void> {
  await host.run({argv: ['nft', '--file', file]});
}

/** A table as a snapshot has it: deleted, or loaded from its file unless the unit that owns the file has done so. */
export function restoreTable({name, was, place = 'mmproxy'}: Snapshot): Resource<boolean> | undefined {
  if (was.type !== 'table') return undefined;
  const {isLoaded: isWanted, file} = was;
  return {
    id: `nft-table:${name}`,
    title: `Table ${name}, restored`,
    place,
    kind: 'firewall-rule',
    needs: [],
    locks: [],
    read: async host => (await host.query({argv: listTable(name)})).exitCode === 0,
    diff(isLoaded) {
      if (isLoaded === isWanted) return [];
      return isLoaded
        ? [{change: 'remove', summary: `delete the table ${name}`}]
        : [{change: 'create', summary: `load the table ${name}`}];
    },
    record: (_host, isLoaded) => [{thing: 'table', name, place, was: {type: 'table', isLoaded, file}}],
    async apply(work) {
      if (isWanted) await load(work, file);
      else await work.host.run({argv: ['nft', 'delete', 'table', ...name.split(' ')]});
    },
  };
}

/** Parses the comment and the number of rules from `nft list table`. */
export function parseTable(text: string): NonNullable<TableState> {
  const lines = text.split('\n').map(line => line.trim());
  const rules = lines.filter(
    line => /\b(accept|drop|notrack|reject( with .*)?)$/.test(line) && !line.startsWith('type '),
  );
  return {comment: /^\tcomment "(.*)"/m.exec(text)?.[1], rules: rules.length};
}
