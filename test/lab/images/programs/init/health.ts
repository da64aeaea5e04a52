import {createServer, type ServerResponse} from 'node:http';

/** How a program feels: an empty text is well, anything else says what is missing. */
export type Health = () => string;

type Listener = {
  readonly host: string;
  readonly port: number;
  readonly health: Health | undefined;
  /** What a program tells of itself at /debug. */
  readonly debug?: () => unknown;
};

/** Serves /about/health; without a health it is 404 like every other path, which is jicofo's default. */
export const serveHealth = ({host, port, health, debug}: Listener): void => {
  createServer(({url}, response) => {
    if (url === '/about/health' && health !== undefined) {
      answer(response, health());
    } else if (url === '/debug' && debug !== undefined) {
      response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(debug()));
    } else {
      response.writeHead(404).end();
    }
  }).listen(port, host);
};

const answer = (response: ServerResponse, complaint: string): void => {
  response.writeHead(complaint === '' ? 200 : 500, {'content-type': 'text/plain'});
  response.end(complaint || 'OK');
};
