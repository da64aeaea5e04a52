/** Maps a list side by side, at most `limit` at a time; results keep the list's order. */
export async function mapSideBySide<In, Out>(
  list: readonly In[],
  limit: number,
  task: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results = new Array<Out>(list.length);
  const rest = list.entries();
  const work = async () => {
    // All workers draw from the same iterator, so each item is taken once.
    for (const [index, item] of rest) results[index] = await task(item);
  };
  await Promise.all(Array.from({length: Math.min(limit, list.length)}, work));
  return results;
}
