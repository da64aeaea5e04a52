import {describeError} from '../../../model/problem.ts';
import type {AccountDesk} from '../../../model/ui.ts';
import {makeVisible} from '../../../model/visible.ts';
import {Entry} from '../../components/entry.tsx';
import type {Dialog, Hint} from '../../components/foot.tsx';
import {Frame, roomIn} from '../../components/frame.tsx';
import {NameList} from '../../components/list.tsx';
import {Prose} from '../../components/text.tsx';
import {isSmall, type Screen, type Size} from '../../display.ts';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {finishRequest, listNames, type PeopleState, pressAtPeople, startPeople} from './state.ts';

/** The accounts of registered people: shows them, and adds, changes and removes one. */
export function peopleScreen(desk: AccountDesk): Screen<void> {
  const store = createStore<PeopleState>(startPeople);
  const broken = Promise.withResolvers<never>();
  const start = (work: Promise<void>) => void work.catch(broken.reject);
  start(carryOut(desk, store));
  return {
    draw: size => <PeopleView store={store} size={size} />,
    press(stroke, size) {
      const {request} = store.get();
      store.update(state => pressAtPeople(state, stroke, roomIn(size).rows));
      if (!request && store.get().request) start(carryOut(desk, store));
    },
    outcome: Promise.race([
      waitFor(store, ({isLeaving}) => isLeaving || undefined).then(() => undefined),
      broken.promise,
    ]),
  };
}

/** Does what was asked for, and reads the names again. A problem is shown, and the screen stays. */
async function carryOut(desk: AccountDesk, store: Store<PeopleState>): Promise<void> {
  const {request} = store.get();
  let names: readonly string[] | undefined;
  let notice: string | undefined;
  try {
    notice = request && (await desk.change(request));
    names = await desk.list();
  } catch (error) {
    const {summary, remedy} = describeError(error);
    // A password that was made is shown only now, even if the names cannot be read.
    notice = makeVisible([...(notice === undefined ? [] : [notice]), summary, remedy].join(' ').replaceAll('\n', ' '));
  }
  store.update(state => finishRequest(state, names ?? state.names, notice));
}

const listHints: readonly Hint[] = [
  ['a', 'add'],
  ['n', 'new password'],
  ['x', 'remove'],
  ['q', 'back'],
];
const addHints: readonly Hint[] = [
  ['Enter', 'add'],
  ['Esc', 'back'],
];
const confirmHints: readonly Hint[] = [
  ['y', 'yes'],
  ['n', 'no'],
];

export function PeopleView({store, size}: {store: Store<PeopleState>; size: Size}) {
  const state = useStore(store);
  const {mode, names, request, notice} = state;
  const isBusy = request !== undefined || (names === undefined && notice === undefined);
  const parts = {isDense: isSmall(size), notice: isBusy ? undefined : notice, dialog: dialogOf(state)};
  return (
    <Frame
      size={size}
      title="People"
      status={isBusy ? 'one moment' : ''}
      isBusy={isBusy}
      hints={hintsOf(state)}
      {...parts}
    >
      {({columns, rows}) =>
        mode.type === 'adding' ? (
          <Entry
            question="What is the name of the account?"
            line={mode.line}
            placeholder="anna"
            note={mode.fault ?? 'A password is made, and shown once.'}
            columns={columns}
            isFramed={!isSmall(size)}
          />
        ) : names?.length === 0 ? (
          <Prose text="There are no accounts yet." columns={columns} />
        ) : (
          <NameList items={listNames(state)} cursor={state.list.cursor} page={rows} columns={columns} />
        )
      }
    </Frame>
  );
}

function hintsOf({mode, names}: PeopleState): readonly Hint[] {
  if (mode.type === 'adding') return addHints;
  const keys = names === undefined ? ['q'] : names.length === 0 ? ['a', 'q'] : ['a', 'n', 'x', 'q'];
  return listHints.filter(([key]) => keys.includes(key));
}

function dialogOf({mode}: PeopleState): Dialog | undefined {
  if (mode.type === 'removing')
    return {question: `Remove ${mode.name}?`, text: 'They can no longer log in.', hints: confirmHints};
  if (mode.type === 'renewing')
    return {
      question: `A new password for ${mode.name}?`,
      text: 'The current one stops working.',
      hints: confirmHints,
    };
  return undefined;
}
