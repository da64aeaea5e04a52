type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the terminal shows more than ASCII: a bare console has 256 characters, a locale without UTF-8 fewer. */
export function showsUnicode({TERM, LC_ALL, LC_CTYPE, LANG}: Environment): boolean {
  return TERM !== 'linux' && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
