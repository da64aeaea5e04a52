const seconds = 15;

/** Waits for something by name, and gives up after a while. */
export async function wait<T>(name: string, result: Promise<T>): Promise<T> {
  const {promise, reject} = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${name}: nothing after ${seconds} s`)), seconds * 1000);
  try {
    return await Promise.race([result, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until the answer is yes; returns false when it stays no. */
export async function poll(isSo: () => Promise<boolean>, every = 100): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) return false;
    await new Promise(resolve => setTimeout(resolve, every));
  }
  return true;
}
