import {Box} from 'ink';
import {Component, type ReactNode} from 'react';
import {describeError, type ProblemReport} from '../model/problem.ts';
import {ProblemPanel} from './components/panel.tsx';
import type {Size} from './screen.ts';

type BoundaryProps = {
  readonly children: ReactNode;
  readonly size: Size;
  readonly onError: (error: unknown) => void;
};

/** Turns a fault of a component into a panel that can be read. React knows error boundaries as classes only. */
export class Boundary extends Component<BoundaryProps, {readonly problem?: ProblemReport}> {
  override state: {readonly problem?: ProblemReport} = {};

  static getDerivedStateFromError(error: unknown) {
    return {problem: shorten(describeError(error))};
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
        <ProblemPanel problem={problem} title="The screen broke" columns={size.columns} />
      </Box>
    );
  }
}

/** The message and the innermost callers: a whole stack would push everything else out of view. */
function shorten(problem: ProblemReport): ProblemReport {
  return {...problem, summary: problem.summary.split('\n').slice(0, 3).join('\n')};
}
