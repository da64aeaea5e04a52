import type {Conference} from './conference.ts';

/** Reports like the real page: every room with its participants who have a place at a bridge, health checks too. */
export const reportRooms = (conferences: ReadonlyMap<string, Conference>) => ({
  focus_manager: Object.fromEntries([...conferences].map(([room, conference]) => [room, sizeOf(conference)])),
});

/** Reports like the real statistics: without health checks, and somebody who is alone counts. */
export const reportStatistics = (conferences: ReadonlyMap<string, Conference>) => {
  const sizes = [...conferences.values()]
    .filter(({isHealthCheck}) => !isHealthCheck)
    .map(conference => Math.max(1, sizeOf(conference)));
  return {
    conferences: sizes.length,
    participants: sizes.reduce((sum, size) => sum + size, 0),
    largest_conference: Math.max(0, ...sizes),
  };
};

const sizeOf = ({invitations}: Conference): number => invitations.sessions.size;
