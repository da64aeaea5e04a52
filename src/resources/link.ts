import type {Resource} from '../model/resource.ts';
import {type PathOptions, type PathState, pathResource, type Validation} from './path.ts';

/** A symbolic link that points at `target`. */
export function link({
  target,
  ...options
}: PathOptions & {readonly target: string; readonly validate?: Validation}): Resource<PathState> {
  return pathResource({...options, wanted: {type: 'link', target}});
}
