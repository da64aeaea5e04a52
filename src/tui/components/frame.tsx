import {Box, Text, useAnimation} from 'ink';
import type {ReactNode} from 'react';
import type {Size} from '../display.ts';
import {useTheme} from '../theme.ts';
import {type Dialog, Foot, footRows, type Hint} from './foot.tsx';
import {Cell, Line} from './text.tsx';

/** The parts of a frame that take rows from its body. */
export type FrameParts = {
  /** One line right below the header. */
  readonly lead?: ReactNode;
  /** Leaves no blank line above the body. */
  readonly isDense?: boolean;
  /** A sentence above the hints; after a line end, a command to copy. */
  readonly notice?: string | undefined;
  /** Takes the place of the hints. */
  readonly dialog?: Dialog | undefined;
};

type FrameProps = FrameParts & {
  readonly size: Size;
  readonly title: string;
  readonly status?: string | undefined;
  readonly isBusy?: boolean;
  /** How often the spinner has turned; without it, the spinner turns by itself. */
  readonly turns?: number | undefined;
  readonly hints: readonly Hint[];
  /** Takes the place of the hints, in two rows. */
  readonly foot?: ReactNode;
  /** Draws the body in the room that is left. */
  readonly children?: (room: Size) => ReactNode;
};

/** Every screen: a header, a body, and the keys. The body is left out where there is no room for it. */
export function Frame({size, hints, foot, children, title, status = '', isBusy = false, turns, ...parts}: FrameProps) {
  const room = roomIn(size, parts);
  return (
    <>
      <Header columns={size.columns} title={title} status={status} isBusy={isBusy} turns={turns} />
      {parts.lead}
      {children && room.rows > 0 && (
        <Box flexDirection="column" flexShrink={1} marginTop={parts.isDense ? 0 : 1} overflow="hidden">
          {children(room)}
        </Box>
      )}
      {foot ?? <Foot size={size} notice={parts.notice} dialog={parts.dialog} hints={hints} />}
    </>
  );
}

/** Returns the room for the body of a frame. */
export function roomIn(size: Size, parts: FrameParts = {}): Size {
  const above = 1 + (parts.lead ? 1 : 0) + (parts.isDense ? 0 : 1);
  return {...size, rows: size.rows - above - footRows(size, parts)};
}

const program = 'jitsi-onebox';

type HeaderProps = {columns: number; title: string; status: string; isBusy: boolean; turns: number | undefined};

/**
 * Names the program, the screen and its status, or less where it is narrow; a rehearsal is always named. The spinner is at the end of the line, since the terminal
 * is sent the rest of a line from where it changes.
 */
function Header({columns, title, status, isBusy, turns}: HeaderProps) {
  const {accent, quiet, glyphs, isRehearsal = false} = useTheme();
  const name = isRehearsal ? 'Rehearsal' : program;
  const taken = title.length + status.length + (isBusy ? 2 : 0);
  const named = name.length + 3 + taken;
  const isRoomy = named + 2 <= columns;
  const hasProgram = isRehearsal || isRoomy;
  // The status of a rehearsal takes the place of its title.
  const hasTitle = !isRehearsal || isRoomy || status === '';
  const hasStatus = isRehearsal || taken + 2 <= columns;
  return (
    <Box flexShrink={0} height={1} width={columns} justifyContent="space-between" overflow="hidden">
      <Line>
        {hasProgram && <Text {...accent}>{name}</Text>}
        {hasProgram && hasTitle && <Text {...quiet}> {glyphs.dot} </Text>}
        {hasTitle && <Text bold>{title}</Text>}
      </Line>
      <Box columnGap={1} flexShrink={0}>
        {hasStatus && <Text {...quiet}>{status}</Text>}
        {isBusy && <Spinner turns={turns} />}
      </Box>
    </Box>
  );
}

/** Shows that the program works; slow and one per screen, because each turn travels over the user's line. */
function Spinner({turns}: {turns: number | undefined}) {
  const {accent, glyphs} = useTheme();
  const {frame} = useAnimation({interval: 250, isActive: turns === undefined});
  return <Cell {...accent}>{glyphs.spinner[(turns ?? frame) % glyphs.spinner.length]}</Cell>;
}
