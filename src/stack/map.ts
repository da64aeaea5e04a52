import type {Facts} from '../model/facts.ts';
import type {MapBox, MapData, MapLink} from '../model/map.ts';
import type {Answers} from '../model/question.ts';
import type {Draft} from '../model/settings/draft.ts';
import {addAnswers} from '../model/settings/gather.ts';
import {valueSoFar} from '../model/settings/questions.ts';
import type {Settings} from '../model/settings/schema.ts';

/** The data of the map. Some is unknown until the user has answered. */
export type MapSource = {
  readonly domain?: string | undefined;
  readonly hasRelay: boolean;
  readonly turnDomain?: string | undefined;
  readonly ports: Settings['ports'];
  readonly publicAddress?: string | undefined;
  readonly localAddress?: string | undefined;
};

/** Draws the guide's diagram of one host. A machine that has the public address itself has no router. */
export function drawMap({domain, hasRelay, turnDomain, ports, publicAddress, localAddress}: MapSource): MapData {
  const hasRouter = localAddress === undefined || localAddress !== publicAddress;
  const entry = hasRouter ? 'router' : 'host';
  const router: readonly MapBox[] = hasRouter ? [box('router', 'Router', publicAddress)] : [];
  const boxes: readonly MapBox[] = [
    box('internet', 'Internet'),
    ...router,
    box('host', 'This machine', localAddress),
    box('haproxy', 'HAProxy'),
    ...(hasRelay ? [box('turn', 'Relay', `:${ports.turns}`)] : []),
    box('mmproxy', 'go-mmproxy', `:${ports.mmproxy}`),
    box('nginx', 'nginx', `:${ports.https}`),
    box('web', 'Web', `:${ports.web}`),
    box('prosody', 'Prosody'),
    box('jicofo', 'Jicofo'),
    box('videobridge', 'Videobridge'),
  ];
  const relay: readonly MapLink[] = [
    {from: entry, to: 'turn', label: `${ports.stun}/udp`},
    link('haproxy', 'turn', turnDomain),
    {from: 'turn', to: 'videobridge'},
  ];
  const links: readonly MapLink[] = [
    {from: 'internet', to: entry},
    {from: entry, to: 'nginx', label: '80/tcp'},
    {from: entry, to: 'haproxy', label: '443/tcp'},
    ...(hasRelay ? relay : []),
    {from: entry, to: 'videobridge', label: `${ports.media}/udp`},
    {from: 'haproxy', to: 'mmproxy'},
    {from: 'mmproxy', to: 'nginx'},
    link('nginx', 'web', domain),
    {from: 'web', to: 'prosody'},
    {from: 'jicofo', to: 'prosody'},
    {from: 'videobridge', to: 'prosody'},
  ];
  return {boxes, links};
}

function box(place: MapBox['place'], name: string, detail?: string): MapBox {
  return {place, name, ...(detail !== undefined && {detail})};
}

function link(from: MapLink['from'], to: MapLink['to'], label: string | undefined): MapLink {
  return {from, to, ...(label !== undefined && {label})};
}

/** Draws the map for the answers so far, before there are settings. */
export function sketchMap(draft: Draft, {publicAddress, localAddress}: Facts): (answers: Answers) => MapData {
  return answers => {
    const answered = addAnswers(draft, answers);
    const say = (key: string) => valueSoFar(answered, key);
    const address = (key: string, found: string | undefined) => (say(key) === 'auto' ? found : say(key));
    const ports = ['web', 'https', 'mmproxy', 'media', 'stun', 'turns'].map(name => [
      name,
      Number(say(`ports.${name}`)),
    ]);
    return drawMap({
      domain: say('domain'),
      hasRelay: say('turn.enabled') !== 'false',
      turnDomain: say('turn.domain'),
      ports: Object.fromEntries(ports),
      publicAddress: address('address.public', publicAddress.value),
      localAddress: address('address.local', localAddress.value),
    });
  };
}
