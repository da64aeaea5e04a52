import {Box, Text} from 'ink';
import {Header} from '../components/header.tsx';
import {type Hint, KeyHints} from '../components/key-hints.tsx';
import {textOf} from '../line-editor.ts';
import type {Size} from '../screen.ts';
import {useTheme} from '../theme.ts';
import {type LogState, logPage, logTop} from './log-state.ts';

type LogProps = {
  readonly title: string;
  readonly state: LogState;
  readonly lines: readonly string[];
  readonly size: Size;
  /** Keys that do more here than reading. */
  readonly hints?: readonly Hint[];
};

/** A long text to be scrolled and searched. */
export function LogScreen({title, state, lines, size, hints = []}: LogProps) {
  const page = logPage(size);
  const top = logTop(state, lines.length, page);
  const last = Math.min(lines.length, top + page);
  const status = lines.length > page ? `lines ${top + 1} to ${last} of ${lines.length}` : '';
  return (
    <>
      <Header title={title} status={status} columns={size.columns} />
      <Box flexDirection="column" height={page} flexShrink={1} marginTop={1} overflow="hidden">
        {lines.slice(top, last).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of a log has no name but its place.
          <LogLine key={index} line={line.slice(state.shift)} query={state.query} />
        ))}
      </Box>
      <Search state={state} hints={hints} columns={size.columns} />
    </>
  );
}

function LogLine({line, query}: {readonly line: string; readonly query: string}) {
  const {glyphs, good, bad, warning} = useTheme();
  const text = line.replaceAll('\t', '    ') || ' ';
  const [sign] = text;
  const style = sign === glyphs.good ? good : sign === glyphs.bad ? bad : sign === glyphs.warning ? warning : {};
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query);
  if (at === -1) {
    return (
      <Text wrap="truncate">
        <Text {...style}>{text[0]}</Text>
        {text.slice(1)}
      </Text>
    );
  }
  return (
    <Text wrap="truncate">
      {text.slice(0, at)}
      <Text inverse>{text.slice(at, at + query.length)}</Text>
      {text.slice(at + query.length)}
    </Text>
  );
}

type SearchProps = {readonly state: LogState; readonly hints: readonly Hint[]; readonly columns: number};

function Search({state: {typing, query, isMissing}, hints, columns}: SearchProps) {
  if (typing) {
    return (
      <Box marginTop={1} flexShrink={0}>
        <Text wrap="truncate">
          Search: {textOf(typing)}
          <Text inverse> </Text>
        </Text>
      </Box>
    );
  }
  if (isMissing) {
    return (
      <Box marginTop={1} flexShrink={0}>
        <Text bold wrap="truncate">
          "{query}" is nowhere in it. / searches again, Esc goes back.
        </Text>
      </Box>
    );
  }
  const next: readonly Hint[] = query === '' ? [] : [['n', 'next']];
  return (
    <KeyHints
      hints={[['Esc', 'back'], ['Arrows', 'scroll'], ['/', 'search'], ...next, ...hints, ['G', 'newest']]}
      columns={columns}
    />
  );
}
