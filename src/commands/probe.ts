import type {Facts} from '../model/facts.ts';
import type {Question} from '../model/question.ts';
import {lookUpName, probeName} from '../network/name-probe.ts';
import type {Recording} from '../rehearsal/recording.ts';

const names: readonly string[] = ['domain', 'turn.domain'];

/** A question that looks where a name leads while its owner goes on; a recorded machine has a recorded world. */
export function withProbe(question: Question, {publicAddress}: Facts, recording: Recording | undefined): Question {
  const address = publicAddress.value;
  if (!names.includes(question.key) || address === undefined) return question;
  const lookUp = recording ? async (name: string) => recording.props.names?.[name] ?? [address] : lookUpName;
  return {...question, probe: name => probeName(name, address, lookUp)};
}
