import type {Cell} from './terminal.ts';

const [width, height, margin] = [8.4, 18, 12];
const [paper, ink] = ['#1d1f21', '#d0d0d0'];
const palette = [
  ...['#1d1f21', '#cc6666', '#9fb55a', '#e0b861', '#6c99c4', '#a988b8', '#6fb3ab', '#c5c8c6'],
  ...['#707880', '#e07a7a', '#b5cf6b', '#f0c674', '#81a2be', '#b294bb', '#8abeb7', '#ffffff'],
];

type Look = Pick<Cell, 'color' | 'background' | 'isBold' | 'isDim'>;
type Stretch = Look & {readonly text: string; readonly x: number; readonly columns: number};

/** Draws a screen as an SVG: the picture of a terminal with a dark background. */
export function drawSvg(rows: readonly (readonly Cell[])[]): string {
  const columns = rows[0]?.length ?? 0;
  const [w, h] = [columns * width + 2 * margin, rows.length * height + 2 * margin];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`,
    `<rect width="100%" height="100%" rx="6" fill="${paper}"/>`,
    `<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    ...rows.flatMap((row, y) => stretchesOf(row).map(stretch => drawStretch(stretch, y))),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Neighbours that look the same, and no box drawing among them: fonts do not keep those in their columns. */
function stretchesOf(row: readonly Cell[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [x, {text, width: columns, ...look}] of row.entries()) {
    if (columns === 0) continue;
    const last = stretches.at(-1);
    const isPlain = /^[ -~]?$/.test(text) && /^[ -~]*$/.test(last?.text ?? '');
    if (last && isPlain && isSame(last, look))
      stretches[stretches.length - 1] = {...last, text: last.text + (text || ' '), columns: last.columns + columns};
    else stretches.push({...look, text: text || ' ', x, columns});
  }
  return stretches.filter(({text, background}) => text.trim() !== '' || background !== undefined);
}

function isSame(one: Look, other: Look): boolean {
  return (['color', 'background', 'isBold', 'isDim'] as const).every(name => one[name] === other[name]);
}

function drawStretch({text, x, columns, color, background, isBold, isDim}: Stretch, y: number): string {
  const [left, top] = [margin + x * width, margin + y * height];
  const extent = columns * width;
  const back =
    background === undefined
      ? ''
      : `<rect x="${left}" y="${top}" width="${extent}" height="${height}" fill="${palette[background] ?? ink}"/>`;
  const look = [
    `fill="${color === undefined ? ink : (palette[color] ?? ink)}"`,
    ...(isBold ? ['font-weight="bold"'] : []),
    ...(isDim ? ['opacity="0.6"'] : []),
  ].join(' ');
  const place = `x="${left}" y="${top + 13.5}" textLength="${extent}" lengthAdjust="spacingAndGlyphs"`;
  return `${back}<text ${place} ${look}>${escapeXml(text)}</text>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
