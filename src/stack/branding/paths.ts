import {mark} from '../names.ts';
import {fileKeys, fileRules} from './files.ts';

/** Returns where the branding of a stack is on the host. */
export function pathsOf(directory: string) {
  return {
    /** The directory that the web container serves as /static/branding. */
    stored: `${directory}/storage/branding`,
    /** Tells the web container's nginx which of its own files give way to those. */
    locations: `${directory}/web/nginx-custom/branding.conf`,
    /** The image appends it to its interface_config.js at its start. */
    script: `${directory}/web/custom-interface_config.js`,
  };
}

/** The first line of a script that we write. */
export const scriptMark = `${mark.replace('#', '//')}: change the settings with it, not this file.\n`;
export const isOwnScript = (text: string): boolean => text.startsWith(scriptMark);

const names = ['title.html', 'branding.json', ...fileKeys.map(key => fileRules[key].name)];

/** Returns whether a name in the served directory is one that we write. */
export const isStored = (name: string): boolean =>
  names.includes(name) || /^(?:labels(?:-[a-zA-Z-]+)?\.json|watermark\.\w+)$/.test(name);
