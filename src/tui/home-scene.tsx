import {logLines} from '../model/log.ts';
import type {MapData} from '../model/map.ts';
import {advance, noRun} from '../model/run.ts';
import type {Home, Purpose} from '../model/ui.ts';
import {pause} from './pause.tsx';
import type {Size} from './screen.ts';
import {HomeScreen, tellChecks} from './screens/home.tsx';
import {arriving, type HomeState, pressAtHome, type Texts} from './screens/home-state.ts';
import {createStore, type Store, waitFor} from './store.ts';
import type {Scene} from './theatre.ts';
import type {Theme} from './theme.ts';

type Visit = {
  readonly home: Home;
  readonly map: MapData | undefined;
  readonly theme: Theme;
  readonly interrupt: () => void;
};

/** Home: the checks run while the owner looks around. */
export function homeScene({home, map, theme, interrupt}: Visit): Scene<Purpose> {
  const store = createStore<HomeState>({...arriving, ways: home.ways});
  const log: string[] = [];
  const texts = ({columns}: Size): Texts => ({
    checks: tellChecks(store.get().run, theme.glyphs.map.marks, columns),
    log,
  });
  const broken = Promise.withResolvers<never>();
  const start = (work: Promise<void>) => void work.catch(broken.reject);
  start(check(home, store));
  return {
    draw: size => <HomeScreen home={home} store={store} texts={texts} map={map} size={size} />,
    press(stroke, size) {
      const {isChecking, view} = store.get();
      store.update(state => pressAtHome(state, stroke, texts(size), size));
      const now = store.get();
      if (now.isChecking && !isChecking) start(check(home, store));
      if (now.view.type === 'log' && view.type !== 'log') start(readLog(home, log, store));
    },
    outcome: Promise.race([waitFor(store, ({purpose}) => purpose), broken.promise]),
    ending: purpose => (purpose === 'quit' ? {} : {meanwhile: pause('One moment', interrupt)}),
  };
}

async function check(home: Home, store: Store<HomeState>): Promise<void> {
  let run = noRun;
  for await (const event of home.check()) {
    run = advance(run, event);
    store.update(state => ({...state, run}));
  }
  store.update(state => ({...state, isChecking: false}));
}

async function readLog(home: Home, log: string[], store: Store<HomeState>): Promise<void> {
  log.length = 0;
  for await (const event of home.log()) log.push(...logLines(event));
  if (log.length === 0) log.push('No run is known on this machine.');
  store.update(state => ({...state}));
}
