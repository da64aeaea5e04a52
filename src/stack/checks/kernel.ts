import type {Check} from '../../model/check.ts';

const wantedBuffer = 10_485_760;

/** Whether a burst of media finds room: a warning at most, since a container's kernel belongs to somebody else. */
export const udpBuffers: Check = {
  code: 'udp-buffers',
  async run({host}) {
    const {exitCode, stdout} = await host.query({argv: ['sysctl', '-n', 'net.core.rmem_max']});
    const size = Number(stdout.trim());
    if (exitCode === 0 && size >= wantedBuffer) return {state: 'ok', summary: `UDP buffers may grow to ${size} bytes.`};
    return {
      state: 'warning',
      summary: 'The kernel does not allow large UDP buffers here, as in a container.',
      remedy:
        'In large meetings pictures may stutter; set net.core.rmem_max=10485760 on the machine that holds this one.',
    };
  },
};
