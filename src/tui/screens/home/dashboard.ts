import {titleOf} from '../../../model/catalogue.ts';
import type {ContainerLoad, Load} from '../../../model/load.ts';
import type {CheckView, Run} from '../../../model/run.ts';
import type {Attendance, Home} from '../../../model/ui.ts';
import {formatBytes} from '../../../model/words.ts';
import {drawSparkline} from '../../components/sparkline.ts';
import {wrapLines} from '../../components/text.tsx';
import type {HomeState} from './state.ts';

/** One line of the dashboard: a label or a sign, and a text, with a chart before it. */
export type Row = {
  readonly label?: string;
  readonly sign?: CheckView['state'];
  readonly chart?: string;
  readonly text: string;
};

const chartColumns = 24;

type Look = {
  readonly columns: number;
  readonly bars: readonly string[];
  /** Whether each container may have a line of its own. */
  readonly isTall: boolean;
};

/** Lists the lines of the dashboard, the most important first. */
export function listRows(home: Home, {run, loads, attendance, outlook}: HomeState, look: Look): readonly Row[] {
  const {columns} = look;
  const certificates = [...run.checks.values()].filter(({check}) => check.endsWith('-certificate'));
  const known: readonly Row[] = [
    ...certificates.flatMap(({summary}) => (summary === undefined ? [] : [{label: 'Certificate', text: summary}])),
    ...(home.title === undefined ? [] : [{label: 'Title', text: home.title}]),
    {label: 'Versions', text: home.versions},
    {label: 'Last run', text: home.lastRun},
    ...outlook.map(({name, text}) => ({label: name, text})),
  ];
  return [
    ...listMeetings(attendance, look),
    ...listVerdict(run, columns),
    ...listLoad(loads, look, home.unmeasured),
    ...(home.update === undefined ? [] : wrapRow({label: 'Update', text: home.update}, columns)),
    ...known.flatMap(row => wrapRow(row, columns)),
  ];
}

/** Shows how many participants there are, and were. */
function listMeetings(attendance: readonly Attendance[], {columns, bars}: Look): readonly Row[] {
  const {text} = attendance.at(-1) ?? {text: 'Asking Jicofo for the meetings…'};
  const counts = attendance.map(({participants = 0}) => participants);
  if (columns < 60 || Math.max(0, ...counts) === 0) return wrapLines(text, columns).map(line => ({text: line}));
  const chart = drawSparkline(counts, {most: Math.max(...counts), width: chartColumns, bars});
  return [{label: 'Meetings', chart, text}];
}

/** Names the worst check; `d` shows the other ones, and what to do. */
function listVerdict(run: Run, columns: number): readonly Row[] {
  const checks = [...run.checks.values()];
  const states = ['failed', 'starting', 'warning'] as const;
  const worst = states.flatMap(wanted => checks.filter(({state}) => state === wanted))[0];
  if (worst === undefined) return [];
  const lines = wrapLines(worst.summary ?? titleOf(worst.check), columns - 2);
  return lines.map((text, at) => (at === 0 ? {sign: worst.state, text} : {text: `  ${text}`}));
}

/** Returns the columns of the labels; a narrow screen has them only for charts. */
export const labelColumns = (columns: number) => (columns < 60 ? 10 : 13);

function wrapRow({label = '', text}: Row, columns: number): readonly Row[] {
  if (columns < 60) return wrapLines(`${label}: ${text}`, columns).map(line => ({text: line}));
  return wrapLines(text, columns - labelColumns(columns)).map((line, at) => ({
    label: at === 0 ? label : '',
    text: line,
  }));
}

function listLoad(loads: readonly Load[], look: Look, unmeasured = 'measuring…'): readonly Row[] {
  const now = loads.at(-1);
  if (now === undefined) return [{label: 'Processor', text: unmeasured}];
  const width = look.columns < 60 ? 8 : chartColumns;
  const chart = (values: readonly number[], most: number) => drawSparkline(values, {most, width, bars: look.bars});
  const traffic = loads.map(totalOf);
  const {network, memory, disk} = now;
  const isNarrow = look.columns < 60;
  return [
    {
      label: 'Processor',
      chart: chart(
        loads.map(({processor}) => processor),
        1,
      ),
      text: `${formatShare(now.processor)}${isNarrow ? '' : ` of ${now.cores === 1 ? '1 processor' : `${now.cores} processors`}`}`,
    },
    {
      label: 'Memory',
      chart: chart(
        loads.map(each => each.memory.used),
        memory.total,
      ),
      text: `${formatBytes(memory.used)} of ${formatBytes(memory.total)}`,
    },
    {
      label: 'Network',
      // A megabit is no peak, even where nothing else was seen.
      chart: chart(traffic, Math.max(125_000, ...traffic)),
      text: isNarrow ? formatRate(totalOf(now)) : `in ${formatRate(network.received)}, out ${formatRate(network.sent)}`,
    },
    {
      label: 'Disk',
      chart: chart(
        loads.map(each => each.disk.used),
        disk.total,
      ),
      text: `${formatBytes(disk.used)} of ${formatBytes(disk.total)}`,
    },
    ...listContainers(loads, look),
  ];
}

/** Lists the containers: each with all its charts in a tall window, otherwise two in a line where there is room. */
function listContainers(loads: readonly Load[], {columns, bars, isTall}: Look): readonly Row[] {
  const {containers} = loads.at(-1) ?? {containers: []};
  const isNarrow = columns < 60;
  const cells = containers.map(each => {
    const past = loads.flatMap(load => load.containers.find(({service}) => service === each.service) ?? []);
    const chart = (least: number, measure: (load: ContainerLoad) => number) => {
      const values = past.map(measure);
      return drawSparkline(values, {most: Math.max(least, ...values), width: 8, bars});
    };
    const cell = formatContainer(
      each,
      chart(0.1, ({processors}) => processors),
    );
    if (isNarrow || !isTall) return cell;
    const traffic = `${chart(12_500, totalOf)} ${formatRate(totalOf(each)).padStart(12)}`;
    return `${cell} ${chart(1, ({memory}) => memory)}   ${traffic}`;
  });
  if (isNarrow || isTall) return cells.map(text => ({text}));
  const half = Math.ceil(cells.length / 2);
  return cells.slice(0, half).map((text, at) => ({text: [text, cells[at + half]].filter(Boolean).join('   ')}));
}

const totalOf = ({network: {received, sent}}: Pick<Load, 'network'>) => received + sent;

function formatContainer({service, processors, memory}: ContainerLoad, chart: string): string {
  return [service.padEnd(12), chart, formatShare(processors).padStart(6), formatBytes(memory).padStart(8)].join(' ');
}

const formatShare = (share: number) => `${share < 0.0995 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;

const steps = [
  [1e9, 'Gbit/s'],
  [1e6, 'Mbit/s'],
  [1e3, 'kbit/s'],
] as const;

/** Formats bytes per second as bits, as networks are measured. */
export function formatRate(bytes: number): string {
  const bits = bytes * 8;
  const [size, unit] = steps.find(([each]) => bits >= each) ?? steps[2];
  return `${(bits / size).toFixed(1)} ${unit}`;
}
