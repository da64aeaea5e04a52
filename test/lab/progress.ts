/** Prints what is being done and, once it is, how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  console.log(`lab: ${title} …`);
  const result = await work();
  console.log(`lab: ${title}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
