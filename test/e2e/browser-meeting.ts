import {randomUUID} from 'node:crypto';
import {build} from 'esbuild';
import type {Browser} from './browser.ts';
import type {Report, Wish} from './page/report.ts';

const entry = new URL('page/meet.ts', import.meta.url).pathname;
const url = 'https://meet.example.test/';

/** Lets two participants meet, each in a meeting page of the browser, and returns what they report. */
export async function meetIn(browser: Browser, wish: Omit<Wish, 'room'>): Promise<readonly Report[]> {
  const script = await bundlePage();
  const words = JSON.stringify({...wish, room: randomUUID()});
  const pages = await Promise.all([browser.open(), browser.open()]);
  try {
    await Promise.all(pages.map(page => page.goto(url)));
    return await Promise.all(pages.map(page => page.evaluate<Report>(`${script}; page.meet(${words})`)));
  } finally {
    await Promise.all(pages.map(page => page.context().close()));
  }
}

async function bundlePage(): Promise<string> {
  const {outputFiles} = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'page',
    target: 'es2024',
  });
  return outputFiles[0]?.text ?? '';
}
