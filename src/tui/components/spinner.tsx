import {useAnimation} from 'ink';
import {useTheme} from '../theme.ts';
import {Mark} from './mark.tsx';

/**
 * Shows that the program is at work; slow, and one a screen, because every turn of it travels over the owner's line. A screen that
 * moves by itself says how often it has turned.
 */
export function Spinner({turns}: {readonly turns: number | undefined}) {
  const {accent, glyphs} = useTheme();
  const {frame} = useAnimation({interval: 250, isActive: turns === undefined});
  return <Mark sign={glyphs.spinner[(turns ?? frame) % glyphs.spinner.length] ?? ''} style={accent} />;
}
