import {inspect} from 'node:util';

const mask = '•••';

/** A password, key or token. It prints as ••• wherever it ends up by mistake; only `reveal` returns its value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
