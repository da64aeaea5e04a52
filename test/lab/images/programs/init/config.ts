import {cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import mustache from 'mustache';
import {Refusal} from './refusal.ts';

/** Copies what the owner put into /config to where the service reads it: the original is input and stays untouched. */
export const copyConfig = (service: string): string => {
  const target = `/run/${service}/config`;
  mkdirSync(target, {recursive: true});
  cpSync('/config', target, {recursive: true});
  return target;
};

/** Renders one of the image's templates with values as they are: upstream escapes nothing either. */
export const renderDefault = (name: string, view: object): string =>
  mustache.render(readFileSync(`/defaults/${name}.mustache`, 'utf8'), view, {}, {escape: String});

/** Writes a generated file with the owner's own additions behind it. */
export const writeWithCustom = (path: string, {content, custom}: {readonly content: string; readonly custom: string}) =>
  writeFileSync(path, existsSync(custom) ? `${content}${readFileSync(custom, 'utf8')}` : content);

/** Stops the container when a volume cannot be written, with the way out. */
export const checkWritable = (directory: string, hint: string): void => {
  const probe = `${directory}/.docker-jitsi-meet-write-test.${process.pid}`;
  try {
    writeFileSync(probe, '');
    rmSync(probe);
  } catch {
    throw new Refusal(complaintAbout(directory, hint));
  }
};

const complaintAbout = (directory: string, hint: string): readonly string[] => {
  const uid = process.getuid?.();
  return existsSync(directory)
    ? [
        `FATAL ERROR: directory '${directory}' is not writable by the container user (uid ${uid}).`,
        `It maps to a host volume; make it writable by uid ${uid}.`,
        `On the host, e.g.:  chmod 777 '${hint}'   (or: chown -R ${uid}:${uid} '${hint}')`,
      ]
    : [`FATAL ERROR: required directory '${directory}' is missing.`];
};

/** Stops the container when a password without which it cannot work is missing. */
export const requirePassword = (password: string | undefined, owner: string): string => {
  if (!password) {
    throw new Refusal([`FATAL ERROR: ${owner} auth password must be set`]);
  }
  return password;
};
