/** Declares the used part of ltx, which has no types. */
declare module 'ltx' {
  export type Element = {
    readonly name: string;
    readonly attrs: Readonly<Record<string, string | undefined>>;
    getName(): string;
    getNS(): string | undefined;
    getChild(name: string, namespace?: string): Element | undefined;
    getChildren(name: string, namespace?: string): readonly Element[];
    getChildElements(): readonly Element[];
    getText(): string;
    toString(): string;
  };

  type Attributes = Readonly<Record<string, string | undefined>>;

  export const createElement: (
    name: string,
    attributes?: Attributes,
    ...children: readonly (Element | string)[]
  ) => Element;
  export const parse: (text: string) => Element;
}
