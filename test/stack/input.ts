import {existsSync, readFileSync} from 'node:fs';
import {readAssets} from '../../src/host/assets.ts';
import {type Facts, type FactValues, known} from '../../src/model/facts.ts';
import {readFacts} from '../../src/model/facts-json.ts';
import {completeSettings} from '../../src/model/settings/complete.ts';
import {gatherSettings} from '../../src/model/settings/gather.ts';
import {writeSettings} from '../../src/model/settings/write.ts';
import {type BrandingFile, fileKeys, fileRules, judgeFile} from '../../src/stack/branding/files.ts';
import {noBranding} from '../../src/stack/branding/read.ts';
import {completePasswords, type StackInput} from '../../src/stack/index.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The templates of this checkout. */
export const assets = readAssets();

/** Passwords that are easy to find in any text. */
export const passwords = completePasswords({make: () => 'f'.repeat(32)});

/** Makes the input of a stack from the required settings only, on a host behind a router; a test changes its own part. */
export function makeInput({
  settings = read('golden/trixie-nat/settings.yaml'),
  facts = {},
  ...more
}: {readonly settings?: string; readonly facts?: Partial<Facts>} & Partial<
  Pick<StackInput, 'inUse' | 'branding' | 'passwords' | 'takeOver'>
> = {}): StackInput {
  const draft = gatherSettings({file: {name: 'settings.yaml', text: settings}});
  const complete = completeSettings(draft);
  return {
    settings: complete,
    document: writeSettings(draft),
    facts: {...readFacts(read('machines/vm-behind-router.json')), ...facts},
    inUse: {},
    branding: {...noBranding, settings: complete.branding},
    passwords,
    assets,
    takeOver: [],
    ...more,
  };
}

/** Makes the input of a folder in test/golden. */
export function readGoldenInput(name: string): StackInput {
  const facts = readFacts(read(`golden/${name}/facts.json`));
  const input = makeInput({settings: read(`golden/${name}/settings.yaml`), facts});
  return {...input, branding: {...input.branding, files: readGoldenFiles(name)}};
}

function readGoldenFiles(name: string): readonly BrandingFile[] {
  return fileKeys.flatMap(key => {
    const source = `branding/${fileRules[key].name}`;
    const path = new URL(`../golden/${name}/${source}`, import.meta.url);
    if (!existsSync(path)) return [];
    const bytes = readFileSync(path);
    const judged = judgeFile(key, bytes);
    return 'type' in judged ? [{key, bytes, source, type: judged.type}] : [];
  });
}

/** Makes facts from values. */
export function makeFacts(values: Partial<FactValues>): Partial<Facts> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, known(value, 'the test')]));
}
