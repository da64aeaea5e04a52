export type Series = ReadonlyMap<string, number>;

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
const number = '(-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|NaN|[+-]Inf)';
const sample = new RegExp(`^(${name})(\\{${label}(?:,${label})*\\})? ${number}$`);
const family = new RegExp(`^# HELP (${name}) (?:[^\\\\\\n]|\\\\[\\\\n])+\\n# TYPE (${name}) (gauge|counter)\\n`);

/** Parses the text format of Prometheus (0.0.4) as strictly as it is specified: each family once, with help and type, no series twice. */
export function parseMetrics(text: string): Series {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const families = text.split(/^(?=# HELP )/m).map(parseFamily);
  const names = families.map(({title}) => title);
  if (new Set(names).size < names.length) throw new Error('A family is here a second time.');
  return new Map(families.flatMap(({series}) => [...series]));
}

function parseFamily(text: string): {readonly title: string; readonly series: Series} {
  const [head, title = '', typed, kind] = family.exec(text) ?? [];
  if (head === undefined || title !== typed) throw new Error(`Not the begin of a family: ${text.slice(0, 200)}`);
  if ((kind === 'counter') !== title.endsWith('_total')) throw new Error(`${title} has the wrong name for a ${kind}.`);
  const lines = text.slice(head.length, -1).split('\n');
  const series = new Map(lines.map(line => parseSample(line, title)));
  if (series.size < lines.length) throw new Error(`A series of ${title} is here a second time.`);
  return {title, series};
}

function parseSample(line: string, title: string): readonly [string, number] {
  const [, named, labels = '', value] = sample.exec(line) ?? [];
  if (named !== title) throw new Error(`Not a sample of ${title}: ${line}`);
  return [`${named}${labels}`, Number(value)];
}
