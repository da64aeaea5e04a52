import type {Host} from '../model/host.ts';
import type {Progress} from '../model/resource.ts';

const interval = 250;

/** Thins out a fast stream of progress, for journals are kept; the end of one is always told. */
export function reportProgress({host, report}: {host: Pick<Host, 'now'>; report: (progress: Progress) => void}) {
  let told = Number.NEGATIVE_INFINITY;
  return (progress: Progress) => {
    const now = host.now();
    if (progress.done !== progress.total && now - told < interval) return;
    told = now;
    report(progress);
  };
}
