import {Box, Static, useInput, usePaste, useWindowSize} from 'ink';
import {Boundary} from './boundary.tsx';
import {readStrokes, type Stroke} from './keys.ts';
import type {Size, Stage} from './screen.ts';
import {type Store, useStore} from './store.ts';
import {type Theme, ThemeProvider} from './theme.ts';

type AppProps = {
  readonly stage: Store<Stage>;
  readonly theme: Theme;
  readonly onError: (error: unknown) => void;
};

/** The one tree that is ever mounted: the transcript above, the screen of the moment beneath. */
export function App({stage, theme, onError}: AppProps) {
  const size = fitInto(useWindowSize());
  const press = (stroke: Stroke) => stage.get().screen?.press(stroke, size);
  // The keyboard stays with the app from the first frame to the last: a screen that comes or goes never drops a key or raw mode.
  useInput((input, key) => readStrokes(input, key).forEach(press));
  usePaste(text => press({type: 'paste', text}));
  return (
    <ThemeProvider value={theme}>
      <Boundary size={size} onError={onError}>
        <Shown stage={stage} size={size} />
      </Boundary>
    </ThemeProvider>
  );
}

function Shown({stage, size}: {readonly stage: Store<Stage>; readonly size: Size}) {
  const {transcript, screen} = useStore(stage);
  return (
    <>
      <Static items={[...transcript]}>
        {(draw, index) => (
          <Box key={index} flexDirection="column" paddingX={1} width={size.columns + 2}>
            {draw(size)}
          </Box>
        )}
      </Static>
      {screen && (
        <Box flexDirection="column" paddingX={1} maxHeight={size.rows} overflow="hidden">
          {screen.draw(size)}
        </Box>
      )}
    </>
  );
}

/** Two rows less than the terminal has: a frame as tall as the terminal would scroll it at every update. */
export function fitInto({columns, rows}: Size): Size {
  return {columns: Math.max(20, columns - 2), rows: Math.max(6, rows - 2)};
}
