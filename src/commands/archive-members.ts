import type {Host} from '../model/host.ts';
import type {Member} from '../stack/index.ts';

// `-rw-r--r-- 0/0  12 2026-11-29 08:00 "a name"`, and for links ` -> "a target"` or ` link to "a member"`.
const form =
  /^(?<type>.)(?<mode>[rwxsStT-]{9}) (?<uid>\d+)\/(?<gid>\d+) +[\d,]+ \S+ \S+ "(?<name>(?:[^"\\]|\\.)*)"(?:(?: -> | link to )"(?<target>(?:[^"\\]|\\.)*)")?$/;

/**
 * Lists the members of an archive as the tar that extracts them sees them; undefined if it holds no archive. In the locale C each name
 * is a string of C in ASCII, so no name can look like another line.
 */
export async function listMembers(host: Host, archive: string): Promise<readonly Member[] | undefined> {
  const how = ['--verbose', '--numeric-owner', '--absolute-names', '--quoting-style=c'];
  const argv = ['tar', '--list', '--gzip', `--file=${archive}`, ...how] as const;
  const {exitCode, stdout} = await host.query({argv, env: {LC_ALL: 'C'}});
  const members = stdout.split('\n').filter(Boolean).map(parseMember);
  return exitCode === 0 && members.every(member => member !== undefined) ? members : undefined;
}

/** Parses a line of tar's list. */
export function parseMember(line: string): Member | undefined {
  const {type, mode, uid, gid, name, target} = form.exec(line)?.groups ?? {};
  if (type === undefined || mode === undefined || name === undefined) return undefined;
  return {
    name: unquote(name).replace(/(.)\/$/, '$1'),
    type,
    mode,
    uid: Number(uid),
    gid: Number(gid),
    ...(target !== undefined && {target: unquote(target)}),
  };
}

const escapes: Readonly<Record<string, string>> = {a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v'};

/** Reads a string of C; bytes that are no UTF-8 become U+FFFD. */
function unquote(text: string): string {
  const bytes = text.replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
