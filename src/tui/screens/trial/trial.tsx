import {Box, Text} from 'ink';
import {
  advanceTrial,
  isProven,
  noTrial,
  type SubjectView,
  type TrialEvent,
  type TrialView,
} from '../../../model/trial.ts';
import type {Hint} from '../../components/foot.tsx';
import {Frame} from '../../components/frame.tsx';
import {drawCode, QrCode} from '../../components/qr-code.tsx';
import {Cell, Prose, readingColumns} from '../../components/text.tsx';
import type {Screen, Size} from '../../display.ts';
import {isStroke} from '../../keyboard.ts';
import {createStore, type Store, useStore, waitFor} from '../../store.ts';
import {type Theme, useTheme} from '../../theme.ts';

type TrialState = {readonly view: TrialView; readonly isLeaving: boolean; readonly hasEnded: boolean};

export const startTrial: TrialState = {view: noTrial, isLeaving: false, hasEnded: false};

/** Shows a trial as it happens; its results stay in the transcript. */
export function trialScreen(events: AsyncIterable<TrialEvent>, leave: () => void): Screen<TrialView> {
  const store = createStore<TrialState>(startTrial);
  const broken = Promise.withResolvers<never>();
  void follow(events, store).catch(broken.reject);
  return {
    draw: size => <TrialScreen store={store} size={size} />,
    press(stroke) {
      if (!isStroke(stroke, 'q', 'interrupt', 'escape')) return;
      store.update(state => ({...state, isLeaving: true}));
      leave();
    },
    outcome: Promise.race([waitFor(store, ({view, hasEnded}) => (hasEnded ? view : undefined)), broken.promise]),
    ending: view => ({lines: [({columns}) => <Ended view={view} columns={Math.min(columns, readingColumns)} />]}),
  };
}

async function follow(events: AsyncIterable<TrialEvent>, store: Store<TrialState>): Promise<void> {
  for await (const event of events) store.update(state => ({...state, view: advanceTrial(state.view, event)}));
  store.update(state => ({...state, hasEnded: true}));
}

const hints: readonly Hint[] = [['q', 'end the trial']];
const gap = 2;
const leastBeside = 36;
/** With fewer rows, only what does not work has lines of its own. */
const leastRows = 20;

export function TrialScreen({store, size}: {store: Store<TrialState>; size: Size}) {
  const {view, isLeaving} = useStore(store);
  const {glyphs, hasColor} = useTheme();
  const [link] = view.links;
  const wantsCode = link !== undefined && view.visitor === undefined && (glyphs.hasBlocks || hasColor);
  const code = wantsCode ? drawCode(link, {hasBlocks: glyphs.hasBlocks, ecc: 'L'}) : undefined;
  const fits =
    code !== undefined && code.rows.length <= size.rows - 3 && code.columns + gap + leastBeside <= size.columns;
  const columns = Math.min(readingColumns, fits ? size.columns - code.columns - gap : size.columns);
  return (
    <Frame size={size} title="From outside" status={isLeaving ? 'ending' : ''} isBusy isDense={fits} hints={hints}>
      {() => (
        <Box columnGap={gap}>
          {fits && <QrCode code={code} />}
          <Box flexDirection="column" width={columns}>
            <Instructions view={view} columns={columns} />
            {size.rows < leastRows ? (
              <Briefly view={view} columns={columns} />
            ) : (
              <Subjects view={view} columns={columns} />
            )}
          </Box>
        </Box>
      )}
    </Frame>
  );
}

function Instructions({view: {links, visitor, quiet}, columns}: {view: TrialView; columns: number}) {
  const {accent, warning, quiet: dim} = useTheme();
  const [link = ''] = links;
  if (visitor) {
    const place = visitor.seen === 'inside' ? ', in the network of this host' : '';
    return <Prose text={`Opened from ${visitor.from}${place}.`} columns={columns} {...dim} />;
  }
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Prose text="Open this page on a phone with mobile data (Wi-Fi off):" columns={columns} />
      <Prose text={link} columns={columns} {...accent} />
      {quiet && <Prose text={`${quiet.summary} ${quiet.remedy}`} columns={columns} {...warning} />}
    </Box>
  );
}

function Subjects({view: {subjects, untried}, columns}: {view: TrialView; columns: number}) {
  return (
    <Box flexDirection="column" marginTop={1}>
      {subjects.map(subject => (
        <SubjectLine key={subject.id} subject={subject} columns={columns} />
      ))}
      <LeftOut untried={untried} columns={columns} />
    </Box>
  );
}

function LeftOut({untried, columns}: {untried: TrialView['untried']; columns: number}) {
  const {glyphs, quiet} = useTheme();
  return untried.map(({id, reason}) => (
    <Prose key={id} text={`${glyphs.skipped} ${id} is not tried: ${reason}.`} columns={columns} {...quiet} />
  ));
}

/** Names what works and what is waited for in a line each, so that what to do has room. */
function Briefly({view: {subjects, untried}, columns}: {view: TrialView; columns: number}) {
  const theme = useTheme();
  const groups = [
    [theme.glyphs.good, theme.good, subjects.filter(isProven)],
    [theme.glyphs.waiting, theme.quiet, subjects.filter(({state}) => state === 'waiting' || state === 'trying')],
  ] as const;
  const named = new Set(groups.flatMap(([, , group]) => group));
  return (
    <Box flexDirection="column" flexShrink={0}>
      {groups.map(
        ([sign, style, group]) =>
          group.length > 0 && (
            <Prose key={sign} text={`${sign} ${group.map(({id}) => id).join(', ')}`} columns={columns} {...style} />
          ),
      )}
      {subjects
        .filter(subject => !named.has(subject))
        .map(subject => (
          <SubjectLine key={subject.id} subject={subject} columns={columns} />
        ))}
      <LeftOut untried={untried} columns={columns} />
    </Box>
  );
}

function SubjectLine({subject, columns}: {subject: SubjectView; columns: number}) {
  const {id, purpose, summary = `${id} (${purpose})`, advice} = subject;
  const [sign, style] = signOf(useTheme(), subject);
  return (
    <Box columnGap={1} flexShrink={0}>
      <Cell {...style}>{sign}</Cell>
      <Box flexDirection="column" flexShrink={1}>
        <Prose text={summary} columns={columns - 2} />
        {advice !== undefined && <Prose text={advice} columns={columns - 2} />}
      </Box>
    </Box>
  );
}

function signOf({glyphs, good, warning, bad, quiet, accent}: Theme, subject: SubjectView) {
  if (isProven(subject)) return [glyphs.good, good] as const;
  const {state} = subject;
  if (state === 'waiting') return [glyphs.waiting, quiet] as const;
  if (state === 'trying') return [glyphs.waiting, accent] as const;
  return state === 'open' ? ([glyphs.warning, warning] as const) : ([glyphs.bad, bad] as const);
}

function Ended({view, columns}: {view: TrialView; columns: number}) {
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text bold>From outside</Text>
      <Subjects view={view} columns={columns} />
      {view.ended && <Prose text={view.ended.summary} columns={columns} />}
    </Box>
  );
}
