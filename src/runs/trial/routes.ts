import type {WebAnswer, WebHandler} from '../../network/trial/web.ts';
import type {TrialSession} from './session.ts';

/** The name of a subject within a path: `443-tcp`. */
export const slugOf = (id: string): string => id.replace('/', '-');

export type RouteOptions = {
  readonly session: TrialSession;
  readonly ids: readonly string[];
  readonly page: {readonly body: string; readonly headers: Readonly<Record<string, string>>};
  /** The subject that a request reached by arriving here; undefined where paths do not mean ports. */
  readonly reached?: string;
  /** Answers paths that only one trial has. */
  readonly more?: WebHandler;
};

/** Answers what the page asks for: itself, whether a port answers, and to take a result. */
export function routeTrial({session, ids, page, reached, more}: RouteOptions): WebHandler {
  const find = (slug: string | undefined) => ids.find(id => slugOf(id) === slug);
  return request => {
    const {method, path, from} = request;
    const [, verb, slug, result, ...rest] = path.split('/');
    if (method === 'GET' && path === '') {
      session.visit(from);
      if (reached !== undefined) session.arrive(reached, from);
      return {status: 200, ...page};
    }
    const id = find(slug);
    if (method === 'GET' && verb === 'try' && id !== undefined && result === undefined)
      return answerTry(session, id, from, reached);
    const isReport = verb === 'said' && id !== undefined && rest.length === 0;
    if (method === 'POST' && isReport && (result === 'open' || result === 'closed' || result === 'unsent')) {
      session.hear(id, result, from);
      return {
        status: 200,
        headers: {'content-type': 'application/json'},
        body: JSON.stringify(session.answerPage()),
      };
    }
    return more?.(request);
  };
}

/** The request has come here, so its port is reached; that the answer gets back only the page knows. */
function answerTry(session: TrialSession, id: string, from: string, reached: string | undefined): WebAnswer {
  if (reached !== undefined) {
    session.arrive(reached, from);
    if (reached !== id) session.prove(id, from, reached);
  }
  return {status: 204};
}
