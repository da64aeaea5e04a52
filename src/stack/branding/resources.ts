import {Problem} from '../../model/problem.ts';
import type {Resource} from '../../model/resource.ts';
import {formatBytes} from '../../model/words.ts';
import {absentFile, directoryId, file} from '../../resources/path.ts';
import {fileId} from '../../resources/path-state.ts';
import type {Blueprint} from '../blueprint.ts';
import type {Assets} from '../template.ts';
import {type BrandingFile, fileRules, isBranded} from './files.ts';
import {isOwnScript, pathsOf} from './paths.ts';
import {brandingUrl, nameOf, renderScript, renderTexts} from './texts.ts';

/** The part of the web container's definition that branding adds. */
export function brandedWeb({domain, project, branding}: Blueprint) {
  const {language} = branding.settings;
  const {locations, script} = pathsOf(project.directory);
  const environment = language === undefined ? {} : {DEFAULT_LANGUAGE: language};
  const needs = branding.former.map(fileId);
  if (!isBranded(branding)) return {environment, volumes: [], directories: [], reads: [], needs};
  return {
    environment: {...environment, DYNAMIC_BRANDING_URL: brandingUrl(domain)},
    volumes: ['./storage/branding:/usr/share/jitsi-meet/static/branding:ro'],
    directories: ['storage/branding'],
    reads: [locations, ...(hasScript(branding, script) ? [script] : [])],
    needs: [...needs, fileId(locations), ...(hasScript(branding, script) ? [fileId(script)] : [])],
  };
}

// Once there, it stays: the container notices a changed file, but not one that is gone.
const hasScript = ({settings, former}: Blueprint['branding'], script: string) =>
  settings.title !== undefined || former.includes(script);

/**
 * The files of the branding. The web container serves them from a directory, so a change of one takes effect at once; only the title
 * is in a script that the image reads at its start.
 */
export function brandingResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const wanted = isBranded(blueprint.branding) ? wantedResources(blueprint, assets) : [];
  const ids = wanted.map(({id}) => id);
  const {branding} = blueprint;
  const unwanted = branding.former.filter(path => !ids.includes(fileId(path)));
  return [...wanted, ...unwanted.map(path => absentFile({path, title: `Former branding: ${path}`, place: 'web'}))];
}

function wantedResources({domain, project, branding}: Blueprint, assets: Assets): readonly Resource[] {
  const {stored, locations, script} = pathsOf(project.directory);
  const inStore = (name: string) => ({
    path: `${stored}/${name}`,
    place: 'web' as const,
    needs: [directoryId(stored)],
  });
  const texts = Object.entries(renderTexts(branding, domain)).map(([name, content]) =>
    file({...inStore(name), title: `Branding: ${name}`, content}),
  );
  const files = branding.files.map(each =>
    file({...inStore(nameOf(each)), title: describe(each), content: each.bytes}),
  );
  const conf = file({
    path: locations,
    title: 'Branding: what replaces the files of the image',
    place: 'web',
    content: assets('web/branding.conf'),
    needs: [directoryId(`${project.directory}/web/nginx-custom`)],
  });
  const appName = file({
    path: script,
    title: 'Branding: title',
    place: 'web',
    content: renderScript(branding),
    guard: async current => refuseForeign(script, current),
    needs: [directoryId(`${project.directory}/web`)],
  });
  return [...texts, ...files, conf, ...(hasScript(branding, script) ? [appName] : [])];
}

function describe({key, type, bytes, source}: BrandingFile): string {
  const {title, types} = fileRules[key];
  const kind = types.length > 1 ? `${type}, ` : '';
  return `${title}: ${kind}${formatBytes(bytes.length)}, from ${source}`;
}

function refuseForeign(path: string, current: string): void {
  if (isOwnScript(current)) return;
  throw new Problem({
    code: 'path-taken',
    summary: `${path} is a script of your own, but jitsi-onebox needs it for the title.`,
    remedy: 'Move it away, or leave branding.title out and set interfaceConfig.APP_NAME in your script.',
  });
}
