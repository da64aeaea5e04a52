import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {countOf, formatBytes} from '../model/words.ts';
import {assumptions, type Capacity, estimateCapacity, memoryWords, neededMemory} from '../stack/capacity.ts';
import {readLine} from '../stack/trial/line.ts';
import {type CommandContext, detectFacts, formatJson, type Print, readDraft} from './context.ts';

/** Lines that people have, in Mbit/s that they send. */
const usualLines = [10, 40, 100, 500] as const;

/** `capacity`: estimates how many people can meet on this machine at the same time. */
export async function showCapacity(context: CommandContext, print: Print): Promise<number> {
  const line = await findLine(context);
  const facts = await detectFacts(context, await readDraft(context));
  const {cores, memory} = {cores: facts.cores.value ?? 1, memory: facts.memory.value};
  const {json} = context.invocation;
  print(
    json
      ? formatJson({cores, memory, ...line, ...estimateCapacity({cores, ...line}), assumptions})
      : describeCapacity({cores, memory, line}),
  );
  return exits.done;
}

/** The speed of the line in Mbit/s, and the time of its measurement; the option counts more than a measurement. */
type Line = {readonly uplink?: number; readonly measured?: string};

async function findLine({invocation, machine}: CommandContext): Promise<Line> {
  const {uplink: given} = invocation;
  if (given === undefined) {
    const {uplink, measured} = (await readLine(machine.host)) ?? {};
    return uplink === undefined || measured === undefined ? {} : {uplink, measured};
  }
  const uplink = Number(given);
  if (!(uplink > 0 && uplink <= 100_000)) throw badUplink(given);
  return {uplink};
}

type Estimated = {readonly cores: number; readonly memory: number | undefined; readonly line: Line};

/** Renders the estimate, with a line for each upload speed. */
export function describeCapacity({cores, memory, line: {uplink, measured}}: Estimated): string {
  const isSmall = memory !== undefined && memory < neededMemory.many;
  const lines = uplink === undefined ? usualLines : [uplink];
  const more = 'Give the upload speed of your line for its own number: --uplink MBIT.';
  return [
    `${countOf(cores, 'core')} can carry ${describe(estimateCapacity({cores}))} at the same time.`,
    ...lines.map(each => `A line that sends ${each} Mbit/s: ${describe(estimateCapacity({cores, uplink: each}))}.`),
    ...(measured === undefined
      ? []
      : [`It sends at least that: measured from outside on ${measured.slice(0, 10)}. Another speed: --uplink MBIT.`]),
    ...(isSmall ? [`${formatBytes(memory)} of memory is little for these numbers: ${memoryWords}.`] : []),
    '',
    assumptions,
    ...(uplink === undefined ? [`${more} Or measure it: jitsi-onebox doctor --outside --measure`] : []),
  ].join('\n');
}

const describe = ({video, sound}: Capacity) => `about ${video} people with video, or ${sound} with sound only`;

function badUplink(given: string): Problem {
  return new Problem({
    code: 'bad-usage',
    summary: `--uplink takes what the line sends in Mbit/s, such as 40, not ${given}.`,
    remedy: 'See jitsi-onebox capacity --help.',
  });
}
