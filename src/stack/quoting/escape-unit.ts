/** Writes one UTF-16 unit as the escape that JSON, JavaScript and YAML share. */
export function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
