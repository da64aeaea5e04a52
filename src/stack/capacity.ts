/**
 * What one participant takes, in Mbit/s. With video, in a meeting of five: one large picture of 720p and three small ones of 180p are
 * received, and 720p, 360p and 180p sent. With sound only: the three loudest are received. Source: the handbook of Jitsi
 * (requirements: 180p 0.2, 360p 0.5, 720p 2.5), and Opus with its headers (0.064 and 50 packets a second); 2026-11.
 */
const usage = {
  video: {up: 2.5 + 0.5 + 0.2 + 0.064, down: 2.5 + 3 * 0.2 + 3 * 0.064},
  sound: {up: 0.064, down: 3 * 0.064, packets: (1 + 3) * 50},
} as const;

/**
 * What one core forwards, in Mbit/s of video and in packets of sound a second. Source: the evaluation of Jitsi Videobridge by its
 * makers (550 Mbit/s with a fifth of four cores of a Xeon E5-1620 v2). A virtual core gets a third of that.
 */
const core = {megabits: 230, packets: 29_000};

/**
 * The memory that small and large meetings need, in bytes: somewhat less than 2 and 4 GB, since the kernel keeps a part for itself.
 * With less, the containers may be ended before any of the numbers is reached.
 */
export const neededMemory = {few: 1.8e9, many: 3.6e9} as const;

/** How much memory is needed for what. */
export const memoryWords = '2 GB are enough for a handful of people, 4 GB for meetings of ten or more';

/** The assumptions, for the reader of the numbers. */
export const assumptions =
  'Assumed: meetings of five, with one large picture of 720p and three small ones of 180p; sound of the three loudest. A virtual core forwards 230 Mbit/s. All meetings together, through the bridge or the relay.';

/** How many people can meet at the same time, with video or with sound only, and what sets the limit. */
export type Capacity = {readonly video: number; readonly sound: number; readonly limit: 'processors' | 'line'};

/** Estimates how many people can meet at the same time. `uplink`: what the line sends, in Mbit/s; without it, only cores count. */
export function estimateCapacity({cores, uplink}: {readonly cores: number; readonly uplink?: number}): Capacity {
  const byCores = {
    video: (cores * core.megabits) / (usage.video.up + usage.video.down),
    sound: (cores * core.packets) / usage.sound.packets,
  };
  const byLine = uplink === undefined ? byCores : {video: uplink / usage.video.down, sound: uplink / usage.sound.down};
  return {
    video: Math.floor(Math.min(byCores.video, byLine.video)),
    sound: Math.floor(Math.min(byCores.sound, byLine.sound)),
    limit: byLine.video < byCores.video ? 'line' : 'processors',
  };
}
