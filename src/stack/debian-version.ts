/** Whether a version such as Debian's `1:1.26.3-3+deb13u1` is this upstream version or a later one; an unknown one is not. */
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
