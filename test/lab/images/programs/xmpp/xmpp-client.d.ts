/** The part of @xmpp/client, which brings no types of its own, that the stand-ins use. */
declare module '@xmpp/client' {
  type Attributes = Readonly<Record<string, string | undefined>>;
  type Node = Element | string | null | undefined | false | readonly Node[];

  export type Element = {
    readonly name: string;
    readonly attrs: Readonly<Record<string, string>>;
    readonly children: (Element | string)[];
    is(name: string, namespace?: string): boolean;
    getChild(name: string, namespace?: string): Element | undefined;
    getChildren(name: string, namespace?: string): readonly Element[];
    getChildElements(): readonly Element[];
    text(): string;
    toString(): string;
  };

  export type Request = {readonly stanza: Element; readonly element: Element};
  type Handler = (request: Request) => Element | true | undefined | Promise<Element | true | undefined>;

  export type Client = {
    readonly reconnect: {stop(): void};
    readonly iqCaller: {request(iq: Element, timeoutMs?: number): Promise<Element>};
    readonly iqCallee: {
      get(namespace: string, name: string, handler: Handler): void;
      set(namespace: string, name: string, handler: Handler): void;
    };
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(element: Element): Promise<void>;
    on(event: 'stanza', listener: (stanza: Element) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    prependListener(event: 'element', listener: (element: Element) => void): void;
    once(event: 'disconnect', listener: () => void): void;
  };

  export const client: (options: {
    readonly service: string;
    readonly domain: string;
    readonly resource: string;
    /** Left out, the session is anonymous. */
    readonly username?: string;
    readonly password?: string;
  }) => Client;

  export const xml: (name: string, attributes?: Attributes | string, ...children: readonly Node[]) => Element;
}
