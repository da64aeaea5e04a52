import {setFlagsFromString} from 'node:v8';

/** Switches the compilers of the JavaScript engine on or off, for code that runs from now on. */
export function setCompiling(isOn: boolean): void {
  for (const compiler of ['opt', 'maglev', 'sparkplug']) setFlagsFromString(`--${isOn ? '' : 'no-'}${compiler}`);
}
