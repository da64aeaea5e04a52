/** One figure of a family; its labels distinguish it from the others. */
export type Sample = {readonly labels?: Readonly<Record<string, string>>; readonly value: number};

/** Figures of one meaning and unit. A counter only grows, and its name ends with `_total`. */
export type Family = {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
};

/** The first part of every name. */
export const metricsPrefix = 'jitsi_onebox_';

/** Writes families in the text format of Prometheus, version 0.0.4. Families without a sample are left out. */
export function renderMetrics(families: readonly Family[]): string {
  return families
    .filter(({samples}) => samples.length > 0)
    .map(({name, help, type, samples}) =>
      [
        `# HELP ${metricsPrefix}${name} ${escapeText(help)}`,
        `# TYPE ${metricsPrefix}${name} ${type}`,
        ...samples.map(({labels = {}, value}) => `${metricsPrefix}${name}${renderLabels(labels)} ${value}`),
        '',
      ].join('\n'),
    )
    .join('');
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeText = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
