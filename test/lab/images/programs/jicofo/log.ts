type Level = 'INFO' | 'WARNING' | 'SEVERE';

/** Prints a line in the form of the real jicofo's log. */
export const say = (level: Level, text: string): void => {
  const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
  console.log(`Jicofo ${time} ${level}: ${text}`);
};

/** Prints what went wrong in one room: it is that room's business, and the others go on. */
export const watchRoom = (room: string, ...work: readonly Promise<unknown>[]): void => {
  for (const task of work) {
    task.catch((error: unknown) => say('WARNING', `[room=${room}] ${error}`));
  }
};
