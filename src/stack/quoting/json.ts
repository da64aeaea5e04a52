/** Writes a value as a JSON string. */
export function quoteJson(value: string): string {
  return JSON.stringify(value);
}
