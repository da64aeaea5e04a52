import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {complain, fileId, type Validation} from './file.ts';

export type LinkOptions = {
  readonly path: string;
  readonly target: string;
  readonly title: string;
  readonly place: Place;
  readonly needs?: readonly string[];
  /** As for files: the link is taken back when the program that follows it complains. */
  readonly validate?: Validation;
};

/** A symbolic link that points at `target`. */
export function link({path, target, title, place, needs = [], validate}: LinkOptions): Resource<string | undefined> {
  return {
    id: fileId(path),
    title,
    place,
    kind: 'link',
    needs,
    locks: [],
    async read(host) {
      const state = await host.files.stat(path);
      if (state && state.type !== 'link') throw taken(path, state.type);
      return host.files.readLink(path);
    },
    diff(current) {
      if (current === target) return [];
      return [{change: current === undefined ? 'create' : 'update', summary: `${path} → ${target}`, content: true}];
    },
    async apply({host}, before) {
      await host.files.link(path, target);
      const complaint = validate && (await complain(host, validate));
      if (complaint === undefined) return;
      if (before === undefined) await host.files.remove(path);
      else await host.files.link(path, before);
      throw new Problem({
        code: 'configuration-refused',
        summary: `${validate?.command.argv.join(' ')} refuses ${path}, so it was taken back:\n${complaint}`,
        remedy: 'If the complaint is about a file of your own, put that right first; then run jitsi-onebox again.',
      });
    },
  };
}

function taken(path: string, type: string): Problem {
  return new Problem({
    code: 'path-taken',
    summary: `${path} is a ${type}, where a link of ours belongs.`,
    remedy: 'Move it away and run jitsi-onebox again.',
  });
}
