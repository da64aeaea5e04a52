const units = {s: 1, m: 60, h: 3600, d: 86_400} as const;

/** Reads a duration such as 90s, 30m, 2h or 7d in seconds; undefined if it is none, or more than a year. */
export function readDuration(text: string): number | undefined {
  const [, number = '', unit = ''] = /^([1-9]\d{0,4})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (units[unit as keyof typeof units] ?? Number.NaN);
  return seconds > 0 && seconds <= 366 * units.d ? seconds : undefined;
}
