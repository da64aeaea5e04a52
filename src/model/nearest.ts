import leven from 'leven';

/** Finds the known word that was most likely meant. */
export function findNearestWord(unknown: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map(word => ({word, distance: leven(unknown.toLowerCase(), word)}))
    .filter(({word, distance}) => distance <= Math.max(2, word.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.word;
}
