/** Returns whether a version such as Debian's `1:1.26.3-3+deb13u1` is at least this upstream version; an unknown one is not. */
export function isAtLeast(version: string | undefined, wanted: readonly number[]): boolean {
  const numbers = (version ?? '0')
    .replace(/^(\d+:|v)/, '')
    .split(/[.+~-]/)
    .map(Number);
  for (const [index, least] of wanted.entries()) {
    const number = numbers[index] ?? 0;
    if (number !== least) return number > least;
  }
  return true;
}

/** Returns whether a compose can drive an Engine. Version 1 is understood from 1.29 on, and by no Engine from 28 on. */
export function fitsEngine(compose: string, engine: string | undefined): boolean {
  return isAtLeast(compose, [2]) || (isAtLeast(compose, [1, 29]) && !isAtLeast(engine, [28]));
}
