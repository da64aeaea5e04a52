import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {travel} from './journey.ts';
import {drawSvg} from './svg.ts';
import {openTerminal} from './terminal.ts';

/** Every screen of every recorded machine, as text and as a picture: `scripts/screens DIR`. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Name the directory that the screens go to: scripts/screens DIR');
const root = resolve(import.meta.dirname, '../..');
const machines = (await readdir(join(root, 'test/machines')))
  .filter(name => name.endsWith('.json'))
  .map(name => name.replace('.json', ''));
const sizes = [
  [80, 24],
  [40, 12],
] as const;

await mkdir(directory, {recursive: true});
await Promise.all(machines.flatMap(machine => sizes.map(size => take(machine, size))));

async function take(machine: string, [columns, rows]: readonly [number, number]): Promise<void> {
  const argv = [join(root, 'dist/bin/jitsi-onebox'), '--facts', join(root, `test/machines/${machine}.json`)] as const;
  // Saved settings go there too, and are removed with it.
  const cwd = await mkdtemp(join(tmpdir(), 'jitsi-onebox-screens-'));
  const terminal = openTerminal({argv: [...argv], columns, rows, cwd});
  await travel(terminal, machine, async name => {
    const path = join(directory ?? '', `${machine}-${name}-${columns}x${rows}`);
    await writeFile(`${path}.txt`, `${terminal.screen()}\n`);
    await writeFile(`${path}.svg`, drawSvg(terminal.cells()));
  }).catch(error => {
    process.exitCode = 1;
    console.error(`${machine} at ${columns}×${rows}: ${error.message}`);
  });
  terminal.kill('SIGKILL');
  await rm(cwd, {recursive: true});
}
