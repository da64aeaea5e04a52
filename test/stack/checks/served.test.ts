import {X509Certificate} from 'node:crypto';
import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {tlsPath} from '../../../src/resources/stand-in-certificate.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {servedCertificate} from '../../../src/stack/checks/served.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeCredentials, startTlsServer} from '../../network/tls-server.ts';
import {pem} from '../../resources/certbot.ts';
import {makeInput} from '../input.ts';

const settings = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';
const {blueprint} = drawBlueprint(makeInput({settings}));

/** Only nginx's own port can be asked here: nobody listens on 443 of the loopback address. */
async function prove(file: string) {
  const https = await startTlsServer(socket => socket.end());
  const here = {...blueprint, localAddress: '127.0.0.1', ports: {...blueprint.ports, https}};
  const host = createMemoryHost({files: {[`${tlsPath(here.domain)}/fullchain.pem`]: file}});
  return {https, finding: await servedCertificate(here).run(openRound(host, new AbortController().signal).context)};
}

test('a port that shows the file is not named, and one that does not answer is', async () => {
  const {cert} = makeCredentials();
  const {https, finding} = await prove(cert);
  expect(finding).toMatchObject({state: 'failed', evidence: expect.stringContaining('on port 443 (HAProxy): connect')});
  expect(finding.evidence).not.toContain(`port ${https}`);
});

test('a port that shows another certificate is named with both serial numbers', async () => {
  const [file, shown] = [pem('ninety-days'), makeCredentials().cert].map(
    text => new X509Certificate(text).serialNumber,
  );
  const {https, finding} = await prove(pem('ninety-days'));
  expect(finding.evidence).toContain(`port ${https} (nginx): ${shown}`);
  expect(finding.evidence).toContain(`in the files: ${file} for meet.example.org`);
});
