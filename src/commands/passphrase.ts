import {text} from 'node:stream/consumers';
import {Problem} from '../model/problem.ts';
import {Secret} from '../model/secret.ts';
import {hearSecret} from '../plain/secret-line.ts';
import {readNamed} from './named-file.ts';

const fewestCharacters = 10;

/** Reads a passphrase from a file or standard input, or asks for it in the terminal, where it is not shown. */
export async function readPassphrase(file: string | undefined, {isNew}: {readonly isNew: boolean}): Promise<Secret> {
  const passphrase = file === undefined ? await askFor(isNew) : firstLine(await readSource(file));
  if (isNew && passphrase.length < fewestCharacters)
    throw refuse(`The passphrase is too short: it needs at least ${fewestCharacters} characters.`);
  return new Secret(passphrase);
}

const readSource = (file: string) => (file === '-' ? text(process.stdin) : readNamed(file));

const firstLine = (content: string) => content.split(/\r?\n/, 1)[0] ?? '';

async function askFor(isNew: boolean): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new Problem({
      code: 'no-terminal',
      summary: 'The passphrase cannot be asked for: standard input is not a terminal.',
      remedy: 'Pass it in a file, or on standard input: --passphrase-file FILE or -.',
    });
  }
  const passphrase = await askHidden('Passphrase: ');
  if (isNew && passphrase !== (await askHidden('Repeat it: '))) throw refuse('The two passphrases differ.');
  return passphrase;
}

async function askHidden(question: string): Promise<string> {
  const typed = await hearSecret({stdin: process.stdin, stdout: process.stderr}, question);
  if (typed === undefined) throw refuse('Nothing was done.');
  return typed;
}

function refuse(summary: string): Problem {
  return new Problem({code: 'bad-usage', summary, remedy: 'Run the command again.'});
}
