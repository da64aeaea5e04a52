/** One piece of an SVG file, in the part of XML that drawing programs write. */
const piece = new RegExp(
  [
    /<!--(?:(?!--)[\s\S])*-->/,
    /<!\[CDATA\[(?<raw>(?:(?!\]\]>)[\s\S])*)\]\]>/,
    /<\/(?<closed>[\w:.-]+)\s*>/,
    /<(?<opened>[A-Za-z_][\w:.-]*)(?<attributes>(?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>/,
    /(?<text>[^<]+)/,
  ]
    .map(({source}) => source)
    .join('|'),
  'y',
);

// The document types that drawing programs name; nobody loads them.
const opening =
  /^\ufeff?(?:<\?xml [^<>]*\?>)?(?:\s|<!--(?:(?!--)[\s\S])*-->)*(?:<!DOCTYPE svg PUBLIC "-\/\/W3C\/\/DTD SVG [^"<>]*"\s+"http:\/\/www\.w3\.org\/[^"<>]*"\s*>)?/;

const attribute = /(?<name>[A-Za-z_][\w:.-]*)\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/g;
const foreign = /^(?:script|foreignobject|iframe|embed|object|audio|video|handler|listener|link|base|meta)$/;
const inside = /^\s*(?:#|data:image\/(?:png|jpeg|gif|webp)[;,])/i;

type Piece = Readonly<Partial<Record<'raw' | 'closed' | 'opened' | 'attributes' | 'empty' | 'text', string>>>;

/** Finds what is wrong with an SVG file: it is not well-formed, runs scripts, or refers to something outside itself. */
export function findSvgFault(text: string): string | undefined {
  const pieces = split(text);
  if (typeof pieces === 'string') return pieces;
  const fault = findNestingFault(pieces);
  if (fault !== undefined) return fault;
  for (const {opened, attributes = '', raw, text: words = ''} of pieces) {
    const own = findElementFault(opened, attributes) ?? findTextFault(raw ?? words, raw === undefined);
    if (own !== undefined) return own;
  }
  return undefined;
}

function split(text: string): readonly Piece[] | string {
  const pieces: Piece[] = [];
  let at = opening.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    piece.lastIndex = at;
    const found = piece.exec(text);
    if (!found?.groups) return `is not well-formed near ${JSON.stringify(text.slice(at, at + 20))}`;
    pieces.push(found.groups);
    at += found[0].length;
  }
  return pieces;
}

function findNestingFault(pieces: readonly Piece[]): string | undefined {
  const open: string[] = [];
  const roots: Piece[] = [];
  for (const each of pieces) {
    if (open.length === 0 && each.opened !== undefined) roots.push(each);
    const fault = nest(open, each);
    if (fault !== undefined) return `is not well-formed: ${fault}`;
  }
  const [root, ...others] = roots;
  if (open.length > 0) return `is not well-formed: <${open.at(-1)}> is not closed`;
  if (root?.opened !== 'svg' || others.length > 0) return 'is not one <svg> element';
  return /\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/.test(root.attributes ?? '')
    ? undefined
    : 'lacks xmlns="http://www.w3.org/2000/svg"';
}

/** Adds a piece to the open elements, or returns why it cannot be there. */
function nest(open: string[], {opened, closed, empty, raw, text = ''}: Piece): string | undefined {
  if (opened !== undefined && empty === '') open.push(opened);
  if (closed !== undefined && open.pop() !== closed) return `</${closed}> closes nothing`;
  const isInside = opened !== undefined || closed !== undefined || open.length > 0;
  return isInside || (raw ?? text.trim()) === '' ? undefined : 'it has text outside of <svg>';
}

function findElementFault(element: string | undefined, attributes: string): string | undefined {
  if (element === undefined) return undefined;
  if (foreign.test(localName(element))) return `contains <${element}>`;
  const seen = new Set<string>();
  for (const {groups: {name = '', double, single = ''} = {}} of attributes.matchAll(attribute)) {
    if (seen.has(name)) return `is not well-formed: ${name} is there twice`;
    seen.add(name);
    const fault = findAttributeFault(name, double ?? single);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function findAttributeFault(name: string, written: string): string | undefined {
  const value = decode(written);
  const local = localName(name);
  if (value === undefined) return `has an unknown entity in ${name}`;
  if (/^on/.test(local)) return `runs a script in ${name}`;
  if (['href', 'src'].includes(local) && !inside.test(value)) return `refers to something outside in ${name}`;
  if (name === 'xml:base' || (local === 'attributename' && /^(?:.*:)?(?:href|src|on.*)$/i.test(value.trim())))
    return `refers to something outside in ${name}`;
  return findStyleFault(value);
}

function findTextFault(written: string, isEncoded: boolean): string | undefined {
  const text = isEncoded ? decode(written) : written;
  return text === undefined ? 'has an unknown entity' : findStyleFault(text);
}

// An escape could hide the words that are looked for.
function findStyleFault(text: string): string | undefined {
  const urls = [...text.matchAll(/url\(\s*["']?([^)]*)/gi)];
  const isOutside = urls.some(([, url = '']) => !inside.test(url)) || /@import|image(?:-set)?\(|\\/i.test(text);
  return isOutside ? 'refers to something outside in its styles' : undefined;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1).toLowerCase();

const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** Decodes the entities that every XML file knows; undefined if there are others. */
function decode(text: string): string | undefined {
  let isKnown = true;
  const decoded = text.replace(/&(#x[\da-f]+|#\d+|\w+);|&/gi, (_, name?: string) => {
    const code = name?.startsWith('#') ? Number(name.replace(/^#x/i, '0x').replace('#', '')) : Number.NaN;
    const value = code <= 0x10_ffff ? String.fromCodePoint(code) : entities[name ?? ''];
    isKnown &&= value !== undefined;
    return value ?? '';
  });
  return isKnown ? decoded : undefined;
}
