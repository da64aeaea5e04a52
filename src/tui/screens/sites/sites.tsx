import type {SiteDesk, SiteRequest} from '../../../model/ui.ts';
import {Entry} from '../../components/entry.tsx';
import type {Hint} from '../../components/foot.tsx';
import {Frame, roomIn} from '../../components/frame.tsx';
import {NameList} from '../../components/list.tsx';
import {Prose} from '../../components/text.tsx';
import {isSmall, type Screen, type Size} from '../../display.ts';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {currentSite, listDomains, pressAtSites, type SitesState, startSites} from './state.ts';

/** The other sites on this host: shows them, and lets the user add or remove one, which is a plan of its own. */
export function sitesScreen(desk: SiteDesk): Screen<SiteRequest | undefined> {
  const store = createStore<SitesState>(startSites);
  const broken = Promise.withResolvers<never>();
  desk.list().then(sites => store.update(state => ({...state, sites})), broken.reject);
  return {
    draw: size => <SitesView store={store} size={size} />,
    press: (stroke, size) =>
      store.update(state => pressAtSites(state, stroke, {read: desk.read, page: roomIn(size).rows})),
    outcome: Promise.race([
      waitFor(store, ({outcome}) => outcome).then(outcome => (outcome === 'back' ? undefined : outcome)),
      broken.promise,
    ]),
  };
}

const listHints: readonly Hint[] = [
  ['a', 'add'],
  ['x', 'remove'],
  ['q', 'back'],
];
const entryHints: readonly Hint[] = [
  ['Enter', 'show the plan'],
  ['Esc', 'back'],
];

const entryTexts = {question: 'Which domain, and which destination?', placeholder: 'www.example.org 127.0.0.1:8080'};
const forms =
  'A web service: DOMAIN HOST:PORT. Files: DOMAIN /DIRECTORY. TLS of its own: DOMAIN HOST:PORT passthrough.';

export function SitesView({store, size}: {store: Store<SitesState>; size: Size}) {
  const state = useStore(store);
  const {sites, entry} = state;
  const isBusy = sites === undefined;
  const hints = sites?.length ? listHints : listHints.filter(([key]) => key !== 'x');
  return (
    <Frame
      size={size}
      title="Other sites on this host"
      status={isBusy ? 'one moment' : ''}
      isBusy={isBusy}
      isDense={isSmall(size)}
      notice={entry ? undefined : currentSite(state)?.text}
      hints={entry ? entryHints : hints}
    >
      {({columns, rows}) => {
        if (entry) {
          const {line, fault = forms} = entry;
          return <Entry {...entryTexts} line={line} note={fault} columns={columns} isFramed={!isSmall(size)} />;
        }
        if (sites?.length === 0) return <Prose text="There are no other sites yet." columns={columns} />;
        return <NameList items={listDomains(state)} cursor={state.list.cursor} page={rows} columns={columns} />;
      }}
    </Frame>
  );
}
