import type {EditedLine} from '../line-editor.ts';
import {Line, Prose} from './text.tsx';
import {TextField} from './text-field.tsx';

type EntryProps = {
  readonly question: string;
  readonly line: EditedLine;
  readonly placeholder: string;
  /** What is wrong with the line, or how to write it. */
  readonly note: string;
  readonly columns: number;
  readonly isFramed: boolean;
};

/** One line to type, with its question above and a note below. */
export function Entry({question, line, placeholder, note, columns, isFramed}: EntryProps) {
  return (
    <>
      <Line bold>{question}</Line>
      <TextField
        line={line}
        placeholder={placeholder}
        isFocused
        isSuggested={false}
        columns={Math.min(columns, 60)}
        isFramed={isFramed}
      />
      <Prose text={note} columns={columns} />
    </>
  );
}
