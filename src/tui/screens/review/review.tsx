import {Box, Text} from 'ink';
import {type MapData, planStates} from '../../../model/map.ts';
import type {Plan} from '../../../model/plan.ts';
import type {Decision, ReviewOffers} from '../../../model/ui.ts';
import {countOf} from '../../../model/words.ts';
import {type Hint, Notice} from '../../components/foot.tsx';
import {Frame, roomIn} from '../../components/frame.tsx';
import {currentItem, formatHidden, List, unfold} from '../../components/list.tsx';
import {ProblemPanel} from '../../components/panel.tsx';
import {type Draw, type Ending, isSmall, type Screen, type ScreenContext, type Size} from '../../display.ts';
import {MapView} from '../../map/map-view.tsx';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {useTheme} from '../../theme.ts';
import {nothingChanged, pause} from '../pause.tsx';
import {isOffered} from './keys.ts';
import {Counts, OpenedRow, RowCells} from './rows.tsx';
import {pressInReview, type ReviewState, startReview} from './state.ts';

/** Shows a plan and asks for consent; the decision, or what prevents it, stays in the transcript. */
export function reviewScreen(
  plan: Plan,
  {save, canTry = false, canWait = false}: ReviewOffers,
  {map, interrupt}: ScreenContext,
): Screen<Decision> {
  const store = createStore(
    startReview(plan, {hasSettings: save !== undefined, hasMap: map !== undefined, canTry, canWait}),
  );
  const note = (notice: string) => store.update(state => ({...state, notice}));
  const noteFailure = (error: unknown) =>
    note(`The settings could not be saved: ${error instanceof Error ? error.message : String(error)}.`);
  return {
    draw: size => <ReviewView store={store} map={map} size={size} />,
    press(stroke, size) {
      const {saves} = store.get();
      store.update(state => pressInReview(state, stroke, size));
      if (store.get().saves > saves) void save?.().then(note, noteFailure);
    },
    outcome: waitFor(store, ({decision}) => decision),
    ending: decision => endReview(plan, decision, store.get().saved, interrupt),
  };
}

function endReview(plan: Plan, decision: Decision, notice: string | undefined, interrupt: () => void): Ending {
  const saved: readonly Draw[] =
    notice === undefined ? [] : [({columns}) => <Notice text={notice} columns={columns} />];
  if (decision === 'apply')
    return {lines: [...saved, () => <Approved plan={plan} />], meanwhile: pause('Starting', interrupt)};
  if (decision !== 'quit') return {lines: saved, meanwhile: pause('One moment', interrupt)};
  const problems = plan.problems.map(
    (problem): Draw =>
      ({columns}) => <ProblemPanel problem={problem} columns={columns} />,
  );
  return {lines: [...problems, ...saved, nothingChanged]};
}

function Approved({plan}: {plan: Plan}) {
  const {glyphs, good} = useTheme();
  return (
    <Box marginTop={1}>
      <Text>
        <Text {...good}>{glyphs.good}</Text> Approved: {countOf(plan.changes.length, 'change')}
      </Text>
    </Box>
  );
}

type ReviewProps = {store: Store<ReviewState>; map: MapData | undefined; size: Size};

/** Shows the plan place by place, the map of it, or one of its rows. */
export function ReviewView({store, map, size}: ReviewProps) {
  const {glyphs} = useTheme();
  const state = useStore(store);
  if (state.opened) return <OpenedRow opened={state.opened} offers={state} size={size} />;
  const {plan, list, notice} = state;
  const shownMap = state.showsMap ? map : undefined;
  const places = plan.changes.map(({place}) => place);
  const lead = <Counts plan={plan} columns={size.columns} />;
  const isDense = isSmall(size) && shownMap !== undefined;
  const items = unfold(state.items, list);
  const page = Math.max(0, roomIn(size, {lead, isDense, notice}).rows);
  const hidden = shownMap ? '' : formatHidden({cursor: list.cursor, count: items.length, page}, glyphs);
  const status = ['nothing has been changed yet', hidden].filter(Boolean).join('   ');
  return (
    <Frame
      size={size}
      title="Review"
      status={status.length + 10 <= size.columns ? status : hidden}
      lead={lead}
      isDense={isDense}
      notice={notice}
      hints={hintsFor(state)}
    >
      {({rows, columns}) =>
        shownMap ? (
          <MapView map={shownMap} states={planStates(shownMap, places)} columns={columns} rows={rows} />
        ) : (
          <List items={items} cursor={list.cursor} page={rows} columns={columns}>
            {({key, row}, isCurrent) => (
              <RowCells row={row} isCurrent={isCurrent} isOpen={list.open.includes(key)} columns={columns} />
            )}
          </List>
        )
      }
    </Frame>
  );
}

/** Lists the keys that are offered, by importance: where space is short, the last ones are dropped first. */
function hintsFor(state: ReviewState): readonly Hint[] {
  const {items, list, showsMap} = state;
  const current = currentItem(items, list);
  const isOpen = current !== undefined && list.open.includes(current.key);
  const toRead = current?.row.type === 'problem' ? 'what to do' : 'details';
  const hints = [
    ['a', 'apply'],
    ['Enter', current?.inside ? (isOpen ? 'close' : 'open') : toRead],
    ['r', 'try again'],
    ['c', 'change'],
    ['s', 'save'],
    ['m', showsMap ? 'list' : 'map'],
    ['q', 'quit'],
    ['t', 'try the ports'],
    ['w', 'wait for the DNS'],
    ['?', 'keys'],
  ] as const;
  return hints.filter(([name]) => isOffered(name, state));
}
