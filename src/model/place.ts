/** The boxes of the map: where a step or a check belongs. */
export const places = [
  'internet',
  'router',
  'nginx',
  'haproxy',
  'mmproxy',
  'web',
  'prosody',
  'jicofo',
  'videobridge',
  'turn',
  'host',
] as const;

export type Place = (typeof places)[number];
