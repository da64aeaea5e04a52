import {createServer, type ServerResponse} from 'node:http';

/** How a program feels: an empty text is well, anything else says what is missing. */
export type Health = () => string;

type Listener = {
  readonly host: string;
  readonly port: number;
  readonly health: Health | undefined;
  /** What a program reports of itself, by path. */
  readonly reports?: Readonly<Record<string, () => unknown>>;
};

/** Serves /about/health and reports; without a health it is 404 like every other path, which is jicofo's default. */
export const serveHealth = ({host, port, health, reports = {}}: Listener): void => {
  createServer(({url = ''}, response) => {
    if (url === '/about/health' && health !== undefined) {
      answer(response, health());
    } else if (reports[url] !== undefined) {
      response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(reports[url]()));
    } else {
      response.writeHead(404).end();
    }
  }).listen(port, host);
};

const answer = (response: ServerResponse, complaint: string): void => {
  response.writeHead(complaint === '' ? 200 : 500, {'content-type': 'text/plain'});
  response.end(complaint || 'OK');
};
