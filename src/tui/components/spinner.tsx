import {useAnimation} from 'ink';
import {useTheme} from '../theme.ts';
import {Mark} from './mark.tsx';

/** Shows that the program is at work; slow, and one a screen, because every turn of it travels over the owner's line. */
export function Spinner() {
  const {accent, glyphs} = useTheme();
  const {frame} = useAnimation({interval: 250});
  return <Mark sign={glyphs.spinner[frame % glyphs.spinner.length] ?? ''} style={accent} />;
}
