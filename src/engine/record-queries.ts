import type {Emit} from '../model/event.ts';
import type {Host} from '../model/host.ts';

/** The same host, with every command that only asks in the journal too: what a run gave away in argv can be seen there. */
export function recordQueries(host: Host, emit: Emit): Host {
  return {
    ...host,
    query(command) {
      emit({type: 'queried', argv: command.argv});
      return host.query(command);
    },
  };
}
