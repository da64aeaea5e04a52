import {X509Certificate} from 'node:crypto';
import type {Check, CheckContext} from '../../model/check.ts';
import {fetchCertificate} from '../../network/tls.ts';
import {tlsPath} from '../../resources/stand-in-certificate.ts';
import type {Blueprint} from '../blueprint.ts';
import {check, describeReason, ok} from './check.ts';
import {patience} from './vantage.ts';

/** A socket that shows a certificate: whose, and which program has it. */
type Showcase = {readonly name: string; readonly by: string; readonly address: string; readonly port: number};

/** Checks that every name on every port shows the certificate of the file, by its serial number. */
export function servedCertificate(blueprint: Blueprint): Check {
  const hasRelay = blueprint.turnDomain !== undefined;
  return check('certificate-served', context => prove(listShowcases(blueprint), context), {
    after: ['service-nginx', 'service-haproxy', 'service-mmproxy', ...(hasRelay ? (['container-turn'] as const) : [])],
  });
}

function listShowcases({domain, turnDomain, localAddress, ports}: Blueprint): readonly Showcase[] {
  const own = '127.0.0.1';
  const shared = {by: 'HAProxy', address: localAddress, port: 443};
  return [
    {name: domain, ...shared},
    {name: domain, by: 'nginx', address: own, port: ports.https},
    ...(turnDomain === undefined
      ? []
      : [
          {name: turnDomain, ...shared},
          {name: turnDomain, by: 'the relay', address: own, port: ports.turns},
        ]),
  ];
}

async function prove(showcases: readonly Showcase[], context: CheckContext) {
  const names = [...new Set(showcases.map(({name}) => name))];
  const files = await Promise.all(names.map(async name => [name, await readSerial(name, context)] as const));
  const wanted = new Map(files);
  const shown = await Promise.all(
    showcases.map(async each => ({...each, serial: await askSerial(each, context), file: wanted.get(each.name)})),
  );
  const wrong = shown.filter(({serial, file}) => serial !== file);
  const describe = ({name, by, port, serial}: (typeof shown)[number]) => `${name} on port ${port} (${by}): ${serial}`;
  if (wrong.length > 0) {
    const expected = [...new Set(wrong.map(({name, file}) => `${file} for ${name}`))].join(', ');
    throw new Error(`${wrong.map(describe).join('; ')}; in the files: ${expected}`);
  }
  return ok('Every port shows the newest certificate.', `serial numbers: ${shown.map(describe).join(', ')}`);
}

async function readSerial(name: string, {host}: CheckContext): Promise<string> {
  const text = await host.files.read(`${tlsPath(name)}/fullchain.pem`);
  if (text === undefined) throw new Error(`${tlsPath(name)} has no certificate`);
  return new X509Certificate(text).serialNumber;
}

async function askSerial(target: Showcase, {within}: CheckContext): Promise<string> {
  const shown = within(patience, until => fetchCertificate(target, until));
  return shown.then(({certificate}) => certificate.serialNumber, describeReason);
}
