/**
 * Text whose every character is a cluster of its own: ASCII with the start of control sequences, letters of Europe, dashes, quotes,
 * arrows, lines, blocks, check marks and Braille.
 */
const simple =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one.
  /^[\u001B\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u21FF\u2500-\u25FC\u2713-\u2718\u2800-\u28FF]*$/;

let real: Intl.Segmenter | undefined;

function segmentReally(text: string): Intl.Segments {
  real ??= new Intl.Segmenter();
  return real.segment(text);
}

/** A segmenter that loads its tables when it is first used. */
export const makeLazySegmenter = () => ({segment: segmentReally});

/** Finds the same characters as a segmenter, and needs no tables where the text is simple. */
export const makeQuickSegmenter = () => ({
  segment: (text: string): Iterable<Character> => (simple.test(text) ? splitSimple(text) : segmentReally(text)),
});

type Character = Pick<Intl.SegmentData, 'segment' | 'index'>;

function splitSimple(text: string): readonly Character[] {
  return Array.from(text, (segment, index) => ({segment, index}));
}
