import {expect, test} from 'vitest';
import {parsePolicy, readCandidates} from '../../../src/host/facts/candidates.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const policy = `nginx:
  Installed: 1.22.1-9+deb12u10
  Candidate: 1.22.1-9+deb12u11
  Version table:
     1.22.1-9+deb12u11 500
        500 http://deb.example/debian-security bookworm-security/main amd64 Packages
 *** 1.22.1-9+deb12u10 100
        100 /var/lib/dpkg/status
docker.io:
  Installed: (none)
  Candidate: 20.10.24+dfsg1-1+deb12u1+b6
  Version table:
     20.10.24+dfsg1-1+deb12u1+b6 500
        500 http://deb.example/debian bookworm/main amd64 Packages
go-mmproxy:
  Installed: (none)
  Candidate: (none)
  Version table:
`;

test('what is installed counts before what could be, and what cannot be had is left out', () => {
  expect(parsePolicy(policy)).toEqual({nginx: '1.22.1-9+deb12u10', 'docker.io': '20.10.24+dfsg1-1+deb12u1+b6'});
});

test('apt is asked once for all of them', async () => {
  const host = createMemoryHost({commands: {'apt-cache policy': policy}});
  await readCandidates(host);
  expect(host.asked).toEqual(['apt-cache policy nginx haproxy docker.io docker-compose certbot go-mmproxy']);
});
