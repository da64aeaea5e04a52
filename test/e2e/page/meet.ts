import {hasWorked, reachBridge} from './bridge.ts';
import type {Report, Wish} from './report.ts';
import {enterRoom, leaveRoom} from './room.ts';
import {askForServices, openSession} from './session.ts';

/** What the page's own config.js says. */
declare const config: {
  readonly websocket: string;
  readonly hosts: {readonly domain: string; readonly muc: string};
};

/** Enters a room of the page's server, reaches the bridge, and leaves. The invitation comes when there are two in the room. */
export async function meet(wish: Wish): Promise<Report> {
  const {domain, muc} = config.hosts;
  const session = await openSession(config.websocket, domain);
  const room = {address: `${wish.room}@${muc}`, focus: `focus.${domain}`};
  try {
    const iceServers = await askForServices(session, domain);
    const pairs = await reachBridge(await enterRoom(session, room), iceServers, wish);
    return {
      services: iceServers.map(({urls}) => String(urls)),
      ways: pairs.filter(hasWorked).map(({way}) => way),
      failures: pairs
        .filter(pair => !hasWorked(pair))
        .map(({state, way}) => `${way.bridge}, relay ${way.relay}: ${state}`),
    };
  } finally {
    leaveRoom(session, room);
    await session.close();
  }
}
