import type {Terminal} from './terminal.ts';

/** Looks at the current screen, which has a name. */
export type Look = (name: string, screen: string) => void | Promise<void>;

/** Goes through the program on a recorded machine; `look` is called for each screen. */
export async function travel(terminal: Terminal, machine: string, look: Look): Promise<void> {
  const walk = {terminal, look};
  if (machine === 'installed') return visitHome(walk);
  await answer(walk);
  await see(walk, 'review', /Review/);
  if (terminal.screen().includes('must be solved')) return readProblem(walk);
  await readPlan(walk);
  await watchRun(walk);
}

type Walk = {readonly terminal: Terminal; readonly look: Look};

async function see({terminal, look}: Walk, name: string, pattern: RegExp): Promise<void> {
  await terminal.until(pattern);
  // What is drawn in two writes is seen whole.
  await new Promise(resolve => setTimeout(resolve, 150));
  await look(name, terminal.screen());
}

async function answer(walk: Walk): Promise<void> {
  const {terminal} = walk;
  await see(walk, 'look', /Gateway/);
  await terminal.until(/question 1 of/);
  terminal.type('meet\r');
  await see(walk, 'ask-fault', /✖/);
  terminal.type('.example.org');
  await see(walk, 'ask-name', /[✔!] meet\.example/);
  terminal.type('\r');
  await terminal.until(/question 2 of/);
  terminal.type('admin@example.org');
  await see(walk, 'ask-contact', /admin@example\.org/);
  terminal.type('\r');
  await see(walk, 'ask-relay', /question 3 of/);
  terminal.type('\r');
  await terminal.until(/question 4 of/);
  await see(walk, 'ask-relay-name', /[✔!] turn\.example/);
  terminal.type('\r');
  await see(walk, 'answers', /Continue/);
  terminal.type('\x1b[F\r');
  await see(walk, 'ask-advanced', /question 1 of 9/);
  terminal.type('\x03');
  await see(walk, 'leave', /Leave\?/);
  terminal.type('\r');
  await terminal.until(/question 1 of 9/);
  terminal.type('\x0f');
  await terminal.until(/Certificate authority:/);
  terminal.type('\x1b[H');
  await terminal.until(/▸ Continue/);
  terminal.type('\r');
}

async function readProblem(walk: Walk): Promise<void> {
  const {terminal} = walk;
  terminal.type('\r');
  await see(walk, 'problem', /Enter back/);
  terminal.type('\r');
  await terminal.until(/quit|try again/);
  terminal.type('q');
  await terminal.exit;
  await walk.look('end', terminal.screen());
}

async function readPlan(walk: Walk): Promise<void> {
  const {terminal} = walk;
  terminal.type('m');
  await see(walk, 'review-map', /Videobridge\b(?! \d)/);
  terminal.type('m');
  await terminal.until(/a apply/);
  terminal.type('s');
  await see(walk, 'review-saved', /Saved to/);
  terminal.type('jjj\r');
  await see(walk, 'review-change', /Enter back/);
  terminal.type('\r');
  await terminal.until(/a apply/);
}

async function watchRun(walk: Walk): Promise<void> {
  const {terminal} = walk;
  terminal.type('a');
  await terminal.until(/q stop/);
  await see(walk, 'watch', /Image.*(MB\/s|0:0[1-9])/);
  terminal.type('m');
  await see(walk, 'watch-map', /nginx/);
  terminal.type('m');
  await terminal.until(/q stop/);
  terminal.type('l');
  await see(walk, 'watch-log', /would/);
  terminal.type('\x1b');
  await terminal.until(/q stop/);
  terminal.type('q');
  await see(walk, 'watch-leave', /Leave or stop\?/);
  terminal.type('\r');
  await terminal.until(/q stop/);
  await terminal.exit;
  await walk.look('report', terminal.screen());
}

/** Home when its checks are over: the header has no status any more. */
export const atRest = /https:\S+\s*$[\s\S]*Checks {2}✔ \d+ ok/m;

async function visitHome(walk: Walk): Promise<void> {
  const {terminal} = walk;
  // Its checks are over when nothing turns any more.
  await see(walk, 'home', atRest);
  terminal.type('m');
  await see(walk, 'home-map', /nginx/);
  terminal.type('md');
  await see(walk, 'doctor', /What to do/);
  terminal.type('\x1b');
  await terminal.until(/c settings/);
  terminal.type('c');
  await see(walk, 'answers', /Continue/);
  terminal.type('\x1b[B\r');
  await terminal.until(/question 1 of/);
  terminal.type('\x15talk.example.org\r');
  await terminal.until(/Continue/);
  terminal.type('\x1b[H\r');
  await see(walk, 'review', /Review/);
  await readPlan(walk);
  terminal.type('a');
  await terminal.exit;
  await walk.look('report', terminal.screen());
}
