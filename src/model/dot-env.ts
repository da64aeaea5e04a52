/** A variable of an .env file. The value is undefined if it has a `$`, which one compose replaces and another does not. */
export type Variable = {readonly name: string; readonly value: string | undefined};

const assignment = /^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)\s*=[ \t]*(?<written>.*)$/;

const escapes: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t'};

/** Reads a line of an .env file as compose does, also one of a file from Windows; undefined if it sets no variable. */
export function readAssignment(line: string): Variable | undefined {
  const {name, written = ''} = assignment.exec(line.replace(/^\uFEFF/, '').replace(/\r$/, ''))?.groups ?? {};
  return name === undefined ? undefined : {name, value: readValue(written.trimEnd())};
}

/** Lists the values of .env that are secrets by their names, whoever wrote them. */
export function listSecrets(env: string): readonly string[] {
  return env.split('\n').flatMap(line => {
    const {name = '', value = ''} = readAssignment(line) ?? {};
    return /PASS|SECRET|CREDENTIAL|TOKEN|KEY/i.test(name) && value !== '' ? [value] : [];
  });
}

function readValue(written: string): string | undefined {
  const [, single] = /^'([^']*)'/.exec(written) ?? [];
  if (single !== undefined) return single;
  const [, double] = /^"((?:[^"\\]|\\.)*)"/.exec(written) ?? [];
  const value =
    double?.replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char) ??
    written.replace(/(?:^|\s)#.*$/, '').trimEnd();
  return value.includes('$') ? undefined : value;
}
