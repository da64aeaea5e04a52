import Mustache from 'mustache';

/** Reads a file below assets/ by its path there. */
export type Assets = (name: string) => string;

/** Values for a template. Strings are quoted; numbers and booleans are written as they are. */
export type Value = string | number | boolean | Values | readonly (string | number | Values)[];
export type Values = {readonly [name: string]: Value};

type Rendering = {
  readonly template: string;
  readonly values: Values;
  /** Turns a raw string into one value of the template's language. */
  readonly quote: (value: string) => string;
};

/** Fills a template. Every string passes through `quote`, which adds its own quotes; unescaped tags are refused. */
export function render({template, values, quote}: Rendering): string {
  checkTokens(parse(template), [values]);
  return Mustache.render(template, values, undefined, {
    escape: (value: unknown) => (typeof value === 'string' ? quote(value) : String(value)),
  });
}

type Token = readonly [type: string, text: string, start: number, end: number, children?: readonly Token[]];
type Scopes = readonly (Value | Values)[];

// Mustache's types do not describe its tokens.
function parse(template: string): readonly Token[] {
  const tokens = Mustache.parse(template) as unknown as readonly Token[];
  const quoted = /["'`]\{\{\s*[\w.]+\s*\}\}|\{\{\s*[\w.]+\s*\}\}["'`]/.exec(template)?.[0];
  if (quoted !== undefined) throw new Error(`A template has quotes around ${quoted}, which is quoted already.`);
  return tokens;
}

function checkTokens(tokens: readonly Token[], scopes: Scopes): void {
  for (const token of tokens) checkToken(token, scopes);
}

function checkToken([type, name, , , children = []]: Token, scopes: Scopes): void {
  if (type === 'text' || type === '!') return;
  if (!['name', '#', '^'].includes(type))
    throw new Error(`A template has the tag "${type}" at "${name}": only values and sections are allowed.`);
  const value = find(name, scopes);
  if (type === 'name' && typeof value === 'object')
    throw new Error(`A template writes "${name}", which is no single value.`);
  if (type === '^') checkTokens(children, scopes);
  if (type === '#') for (const scope of enter(value)) checkTokens(children, [scope, ...scopes]);
}

/** Returns the scopes for a section's content: each item of a list, or the value itself; none if the section is left out. */
function enter(value: Value): Scopes {
  if (Array.isArray(value)) return value;
  return value === false || value === '' || value === 0 ? [] : [value as Value];
}

function find(name: string, scopes: Scopes): Value {
  if (name === '.') return scopes[0] ?? '';
  const [first = '', ...rest] = name.split('.');
  const scope = scopes.find(each => has(each, first));
  const value = [first, ...rest].reduce<Value | undefined>((at, part) => (has(at, part) ? at[part] : undefined), scope);
  if (value === undefined) throw new Error(`A template names "${name}", which it is not given.`);
  return value;
}

function has(scope: Value | undefined, name: string): scope is Values {
  return typeof scope === 'object' && !Array.isArray(scope) && Object.hasOwn(scope, name);
}
