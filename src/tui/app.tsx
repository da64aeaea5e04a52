import {Box, Static, useInput, usePaste, useWindowSize} from 'ink';
import {Component, type ReactNode} from 'react';
import {describeError, type ProblemReport} from '../model/problem.ts';
import {ProblemPanel} from './components/panel.tsx';
import {type Content, isSmall, type Size} from './display.ts';
import {readStrokes, type Stroke} from './keyboard.ts';
import {type Store, useStore} from './store.ts';
import {type Theme, ThemeProvider} from './theme.ts';

type OnError = {readonly onError: (error: unknown) => void};
type AppProps = OnError & {readonly content: Store<Content>; readonly theme: Theme};

/** The only tree that is ever mounted: the transcript, and the current pane below it. */
export function App({content, theme, onError}: AppProps) {
  const size = fitInto(useWindowSize());
  const press = (stroke: Stroke) => {
    try {
      content.get().pane?.press(stroke, size);
    } catch (error) {
      // An error boundary does not catch what a key handler throws.
      onError(error);
    }
  };
  // The app keeps the keyboard from the first frame to the last, so that no change of screens drops a key or raw mode.
  useInput((input, key) => readStrokes(input, key).forEach(press));
  usePaste(text => press({type: 'paste', text}));
  return (
    <ThemeProvider value={theme}>
      <Boundary size={size} onError={onError}>
        <Shown content={content} size={size} />
      </Boundary>
    </ThemeProvider>
  );
}

function Shown({content, size}: {readonly content: Store<Content>; readonly size: Size}) {
  const {transcript, pane} = useStore(content);
  return (
    <>
      <Static items={[...transcript]}>
        {(draw, index) => (
          <Box key={index} flexDirection="column" paddingX={1} width={size.columns + 2}>
            {draw(size)}
          </Box>
        )}
      </Static>
      {pane && (
        <Box
          flexDirection="column"
          paddingX={1}
          marginTop={transcript.length > 0 ? gapIn(size) : 0}
          maxHeight={size.rows}
          overflow="hidden"
        >
          {pane.draw(size)}
        </Box>
      )}
    </>
  );
}

/** Related text stays close together on wide terminals. */
const widest = 120;

/** Leaves two rows of the terminal free, and the gap: a frame as tall as the terminal scrolls it at every update. */
export function fitInto({columns, rows}: Size): Size {
  const room = {columns: Math.max(20, Math.min(widest, columns) - 2), rows: Math.max(6, rows - 2)};
  return {...room, rows: room.rows - gapIn(room)};
}

/** Separates the pane from the transcript where there is room. */
function gapIn(size: Size): number {
  return isSmall(size) ? 0 : 1;
}

type BoundaryProps = OnError & {readonly children: ReactNode; readonly size: Size};

/** Shows a component's error as a panel. React knows error boundaries as classes only. */
class Boundary extends Component<BoundaryProps, {readonly problem?: ProblemReport}> {
  override state: {readonly problem?: ProblemReport} = {};

  static getDerivedStateFromError(error: unknown) {
    const problem = describeError(error);
    // A whole stack would push everything else out of view.
    return {problem: {...problem, summary: problem.summary.split('\n').slice(0, 3).join('\n')}};
  }

  override componentDidCatch(error: unknown) {
    this.props.onError(error);
  }

  override render() {
    const {children, size} = this.props;
    const {problem} = this.state;
    if (!problem) return children;
    return (
      <Box flexDirection="column" maxHeight={size.rows} overflow="hidden">
        <ProblemPanel problem={problem} title="A screen failed" columns={size.columns} />
      </Box>
    );
  }
}
