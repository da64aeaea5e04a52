import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {countOf, formatBytes} from '../model/words.ts';
import {assumptions, type Capacity, estimateCapacity, neededMemory} from '../stack/capacity.ts';
import {type CommandContext, detectFacts, formatJson, type Print, readDraft} from './context.ts';

/** Lines that people have, in Mbit/s that they send. */
const usualLines = [10, 40, 100, 500] as const;

/** `capacity`: estimates how many people can meet on this machine at the same time. */
export async function showCapacity(context: CommandContext, print: Print): Promise<number> {
  const {json, uplink: given} = context.invocation;
  const uplink = given === undefined ? undefined : Number(given);
  if (uplink !== undefined && !(uplink > 0 && uplink <= 100_000)) throw badUplink(given);
  const facts = await detectFacts(context, await readDraft(context));
  const {cores, memory} = {cores: facts.cores.value ?? 1, memory: facts.memory.value};
  const capacity = estimateCapacity({cores, ...(uplink !== undefined && {uplink})});
  if (json) {
    print(formatJson({cores, memory, ...(uplink !== undefined && {uplink}), ...capacity, assumptions}));
    return exits.done;
  }
  const isSmall = memory !== undefined && memory < neededMemory;
  const lines = uplink === undefined ? usualLines : [uplink];
  print(
    [
      `${countOf(cores, 'core')} can carry ${describe(estimateCapacity({cores}))} at the same time.`,
      ...lines.map(line => `A line that sends ${line} Mbit/s: ${describe(estimateCapacity({cores, uplink: line}))}.`),
      ...(isSmall ? [`${formatBytes(memory)} of memory is little: 4 GB are needed for these numbers.`] : []),
      '',
      assumptions,
      ...(uplink === undefined ? ['Give the upload speed of your line for its own number: --uplink MBIT.'] : []),
    ].join('\n'),
  );
  return exits.done;
}

const describe = ({video, sound}: Capacity) => `about ${video} people with video, or ${sound} with sound only`;

function badUplink(given: string | undefined): Problem {
  return new Problem({
    code: 'bad-usage',
    summary: `--uplink takes what the line sends in Mbit/s, such as 40, not ${given}.`,
    remedy: 'See jitsi-onebox capacity --help.',
  });
}
