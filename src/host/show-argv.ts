/** Writes an argument vector the way one would type it, for journals and messages. */
export function showArgv(argv: readonly string[]): string {
  return argv.map(showArgument).join(' ');
}

function showArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
