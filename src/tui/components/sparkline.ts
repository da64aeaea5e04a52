/** Draws the newest values as one line of bars, from the lowest bar for zero to the highest for `most`. */
export function drawSparkline(values: readonly number[], {most, width, bars}: SparklineOptions): string {
  const drawn = values.slice(-width).map(value => {
    const share = most > 0 ? Math.min(1, Math.max(0, value / most)) : 0;
    return bars[Math.round(share * (bars.length - 1))] ?? '';
  });
  return drawn.join('').padStart(width);
}

type SparklineOptions = {
  readonly most: number;
  readonly width: number;
  /** One character for each height, the lowest first. */
  readonly bars: readonly string[];
};
