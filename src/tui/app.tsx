import {Box, Static, useInput, usePaste, useWindowSize} from 'ink';
import {Boundary} from './boundary.tsx';
import {readStrokes, type Stroke} from './keys.ts';
import {isSmall, type Size, type Stage} from './screen.ts';
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
  const press = (stroke: Stroke) => {
    try {
      stage.get().screen?.press(stroke, size);
    } catch (error) {
      // The keyboard is none of React's business, so its boundary would not hear of it.
      onError(error);
    }
  };
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
        <Box
          flexDirection="column"
          paddingX={1}
          marginTop={transcript.length > 0 ? gapIn(size) : 0}
          maxHeight={size.rows}
          overflow="hidden"
        >
          {screen.draw(size)}
        </Box>
      )}
    </>
  );
}

/** What belongs together must not stand at the two ends of a long line. */
const widest = 120;

/** Two rows less than the terminal has, with the gap: a frame as tall as the terminal would scroll it at every update. */
export function fitInto({columns, rows}: Size): Size {
  const room = {columns: Math.max(20, Math.min(widest, columns) - 2), rows: Math.max(6, rows - 2)};
  return {...room, rows: room.rows - gapIn(room)};
}

/** What sets the screen off from the transcript, where there is room for it. */
function gapIn(size: Size): number {
  return isSmall(size) ? 0 : 1;
}
