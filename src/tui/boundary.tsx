import {Component, type ReactNode} from 'react';
import {describeError, type ProblemReport} from '../model/problem.ts';
import {ProblemPanel} from './components/panel.tsx';

type BoundaryProps = {readonly children: ReactNode; readonly onError: (error: unknown) => void};

/** Turns a fault of a component into a panel that can be read. React knows error boundaries as classes only. */
export class Boundary extends Component<BoundaryProps, {readonly problem?: ProblemReport}> {
  override state: {readonly problem?: ProblemReport} = {};

  static getDerivedStateFromError(error: unknown) {
    return {problem: describeError(error)};
  }

  override componentDidCatch(error: unknown) {
    this.props.onError(error);
  }

  override render() {
    const {problem} = this.state;
    return problem ? <ProblemPanel problem={problem} title="The screen broke" /> : this.props.children;
  }
}
