import {X509Certificate} from 'node:crypto';
import type {Check, Finding} from '../model/check.ts';
import type {Place} from '../model/place.ts';
import {tlsPath} from '../resources/stand-in-certificate.ts';
import type {Blueprint} from './blueprint.ts';
import {services} from './compose.ts';
import {mmproxyUnit} from './mmproxy.ts';

/** The proofs of a stack: so far, that its parts run; the way through them is proved by a later release. */
export function checks(blueprint: Blueprint): readonly Check[] {
  return [
    ...serviceChecks(),
    ...services(blueprint).map(({name, title}) =>
      containerCheck({project: blueprint.project.name, service: name, title}),
    ),
    meetCertificate(blueprint.domain),
    udpBuffers,
  ];
}

function serviceChecks(): readonly Check[] {
  const units = [
    ['nginx', 'nginx.service', 'nginx'],
    ['haproxy', 'haproxy.service', 'haproxy'],
    ['mmproxy', mmproxyUnit, 'mmproxy'],
    ['docker', 'docker.service', 'host'],
  ] as const;
  return units.map(([name, unit, place]) => serviceCheck({name, unit, place}));
}

function serviceCheck({name, unit, place}: {name: string; unit: string; place: Place}): Check {
  return {
    code: `service-${name}`,
    title: `${unit} runs`,
    place,
    async run({host}) {
      const {stdout} = await host.query({argv: ['systemctl', 'is-active', unit]});
      const state = stdout.trim();
      if (state === 'active') return {state: 'ok', summary: `${unit} is active.`};
      const remedy = `Look at \`journalctl -u ${unit}\`, then run \`jitsi-onebox apply\`.`;
      return {state: 'failed', summary: `${unit} is ${state || 'unknown to systemd'}.`, remedy};
    },
  };
}

function containerCheck({project, service, title}: {project: string; service: Place; title: string}): Check {
  return {
    code: `container-${service}`,
    title: `${title} runs and is healthy`,
    place: service,
    async run({host}) {
      const container = (await host.docker.containers(project)).find(each => each.service === service);
      if (container?.running && container.health === 'healthy') return {state: 'ok', summary: `${title} is healthy.`};
      const state = container ? `${container.running ? 'running' : 'stopped'}, ${container.health}` : 'not there';
      const remedy = `Look at \`docker logs ${project}-${service}-1\`, then run \`jitsi-onebox apply\`.`;
      return {
        state: 'failed',
        summary: `The container of ${service} is ${state}.`,
        remedy,
        ...evidence(container?.healthOutput),
      };
    },
  };
}

const evidence = (text: string | undefined) => (text?.trim() ? {evidence: text.trim()} : {});

function meetCertificate(domain: string): Check {
  return {
    code: 'meet-certificate',
    title: `The certificate of ${domain}`,
    place: 'nginx',
    async run({host}) {
      const text = await host.files.read(`${tlsPath(domain)}/fullchain.pem`);
      return text === undefined
        ? noCertificate(domain)
        : judgeCertificate(domain, new X509Certificate(text), host.now());
    },
  };
}

function judgeCertificate(domain: string, leaf: X509Certificate, now: number): Finding {
  const days = Math.floor((Date.parse(leaf.validTo) - now) / 86_400_000);
  if (leaf.issuer === leaf.subject) return noCertificate(domain);
  const summary = `The certificate of ${domain} holds for ${days} more days.`;
  if (days >= 0) return {state: 'ok', summary, evidence: leaf.issuer.replaceAll('\n', ', ')};
  return {state: 'failed', summary: `The certificate of ${domain} has expired.`, remedy: 'Run `jitsi-onebox apply`.'};
}

function noCertificate(domain: string): Finding {
  return {
    state: 'failed',
    summary: `${domain} has no certificate of the authority yet; a self-signed stand-in serves.`,
    remedy: 'Let the name lead to this host, forward port 80, then run `jitsi-onebox apply`.',
  };
}

const wantedBuffer = 10_485_760;

const udpBuffers: Check = {
  code: 'udp-buffers',
  title: 'Kernel buffers for UDP media',
  place: 'host',
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
