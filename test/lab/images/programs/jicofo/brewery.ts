import {NAMESPACE} from '../xmpp/names.ts';
import type {Occupancy} from '../xmpp/room.ts';

/** The bridges that show themselves in their common room. */
export type Brewery = {
  readonly see: (occupancy: Occupancy) => void;
  readonly pick: () => string | undefined;
  readonly forget: () => void;
  readonly count: () => number;
};

/** Watches a room for bridges: whoever shows statistics there is one. */
export const watchBrewery = (room: string, onBridge: () => void): Brewery => {
  const bridges = new Set<string>();
  return {
    see: ({nickname, isPresent, presence, ...occupancy}) => {
      const address = `${room}/${nickname}`;
      if (occupancy.room !== room) {
        return;
      }
      if (isPresent && presence.getChild('stats', NAMESPACE.stats)) {
        const isNew = !bridges.has(address);
        bridges.add(address);
        if (isNew) {
          onBridge();
        }
      } else {
        bridges.delete(address);
      }
    },
    pick: () => [...bridges][0],
    forget: () => bridges.clear(),
    count: () => bridges.size,
  };
};
