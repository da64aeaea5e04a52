import {Header} from '../components/header.tsx';
import {KeyHints} from '../components/key-hints.tsx';
import type {Size} from '../screen.ts';

/** Between two screens, while the program works on what comes next. */
export function PauseScreen({title, size}: {readonly title: string; readonly size: Size}) {
  return (
    <>
      <Header title={title} columns={size.columns} isBusy />
      <KeyHints hints={[['Ctrl-C', 'leave']]} columns={size.columns} />
    </>
  );
}
