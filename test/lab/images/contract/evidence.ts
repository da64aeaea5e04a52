/** How we know what the real images do. */
export type Evidence = string;

/** Observed when this program was run with the real images. */
export const seen: Evidence = 'seen on the real images on 2026-11-28';
/** Read in their scripts and sources, and never observed. */
export const read: Evidence = 'only read on 2026-11-22 in the sources of the real images';
/** Observed that the real images accept it. The stand-ins refuse it, so that a test notices the mistake. */
export const stricter: Evidence = 'stricter than the real images, which started on 2026-11-28';

/** Describes what came of a case, with the evidence for what it demands: a complaint may be right, and the evidence wrong. */
export const describeOutcome = (
  {title, evidence}: {readonly title: string; readonly evidence: Evidence},
  complaint: string | undefined,
): string =>
  `  ${complaint === undefined ? '✓' : '✗'} ${title} (${evidence})${complaint === undefined ? '' : `: ${complaint}`}`;
