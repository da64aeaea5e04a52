import {basename} from 'node:path/posix';
import type {Facts} from '../model/facts.ts';
import {judgeOwnership} from '../model/lineage.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {certificate, certificateId} from '../resources/certificate.ts';
import {certificateCopyId, copiedFiles} from '../resources/certificate-copy.ts';
import {type CertificateOptions, lineagePath} from '../resources/certificate-order.ts';
import {deploymentDirectory} from '../resources/deployment.ts';
import {absentFile, directory, directoryId, file, link} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {retiredCertificates} from '../resources/retired-certificates.ts';
import {standInCertificate, standInDirectory, tlsDirectory} from '../resources/stand-in-certificate.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {meetHook, nginxUnit, ownDirectory, serverPackages, siteHook, turnHook, webroot} from './names.ts';
import {quoteShell} from './quoting.ts';
import {isServed} from './sites/site.ts';
import {type Assets, render, type Values} from './template.ts';
import {relayCertificates} from './turn.ts';

const hookDirectory = '/etc/letsencrypt/renewal-hooks/deploy';

/** One certificate per domain, a stand-in until there is one, and the hooks that put new ones into use. */
export function certificateResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const {domain, turnDomain, ports, project, users} = blueprint;
  const names = namesOf(blueprint);
  const turnValues = {
    domain: turnDomain ?? '',
    directory: `${project.directory}/turn/certs`,
    uid: users.turn.uid,
    port: ports.turns,
    project: project.name,
    pidFormat: '{{.State.Pid}}',
  };
  return [
    ...directories(),
    standIn(domain),
    ...hook(assets, meetHook, {domain}),
    order(blueprint, {name: domain, hook: meetHook}),
    ...(turnDomain === undefined
      ? retireHook(turnHook)
      : [standIn(turnDomain), ...hook(assets, turnHook, turnValues), orderForRelay(blueprint, turnDomain)]),
    ...siteCertificates(blueprint, assets),
    retiredCertificates({
      inUse: names,
      webroot,
      needs: [directoryId(tlsDirectory), unitId(nginxUnit), ...names.map(certificateId)],
    }),
    systemdUnit({
      unit: 'certbot.timer',
      title: 'Certificate renewal',
      place: 'nginx',
      needs: [packagesId(serverPackages)],
    }),
  ];
}

/** Lists the domains that have a certificate of ours. */
export const namesOf = ({domain, turnDomain, sites}: Blueprint): readonly string[] => [
  domain,
  ...(turnDomain === undefined ? [] : [turnDomain]),
  ...sites.filter(isServed).map(site => site.domain),
];

/** The certificates of the other sites, which share one hook. */
function siteCertificates(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const domains = blueprint.sites.filter(isServed).map(({domain}) => domain);
  const hadSites = blueprint.formerSites.length + blueprint.sites.length > 0;
  if (domains.length === 0) return hadSites ? retireHook(siteHook) : [];
  return [
    ...hook(assets, siteHook, {domains}),
    ...domains.flatMap(name => [standIn(name), order(blueprint, {name, hook: siteHook})]),
  ];
}

/** Says which certificates of the user's stay theirs to renew. */
export function adviseOnLineages(blueprint: Blueprint, {lineages}: Facts): readonly Problem[] {
  const names = namesOf(blueprint);
  return (lineages.value ?? []).flatMap(lineage => {
    const {name, ends} = lineage;
    const ownership = judgeOwnership(lineage, {name, webroot, ours: names});
    if (!names.includes(name) || ownership.owner !== 'user') return [];
    const until = new Date(ends).toISOString().slice(0, 10);
    return [
      new Problem({
        code: 'certificate-owned',
        about: name,
        summary: `The certificate for ${name} is your own: ${ownership.why}. It is used as it is${lineage.isSelfSigned ? ', although it is self-signed' : ''}, and ends on ${until}.`,
        why: 'jitsi-onebox orders no other in its place, and does not renew it.',
        remedy: `Renew it yourself; what needs port 80 for that (certbot's standalone) no longer can, since nginx has it. For a certificate of ours, move ${lineagePath(name)} away and run apply at once.`,
      }),
    ];
  });
}

function directories(): readonly Resource[] {
  const paths: readonly (readonly [path: string, need?: string])[] = [
    [ownDirectory],
    [tlsDirectory, directoryId(ownDirectory)],
    [standInDirectory, directoryId(ownDirectory)],
    [webroot, packagesId(serverPackages)],
    // certbot would create them at its first run, but the hooks must be there before.
    ['/etc/letsencrypt/renewal-hooks', packagesId(serverPackages)],
    [hookDirectory, directoryId('/etc/letsencrypt/renewal-hooks')],
  ];
  return paths.map(([path, need]) =>
    directory({path, title: `Directory ${path}`, place: 'nginx', needs: need ? [need] : []}),
  );
}

function standIn(name: string): Resource {
  return standInCertificate({
    name,
    place: 'nginx',
    needs: [directoryId(tlsDirectory), directoryId(standInDirectory), packagesId(serverPackages)],
  });
}

type Order = Pick<CertificateOptions, 'name' | 'hook' | 'hookWrites'> & {readonly needs?: readonly string[]};

function order(blueprint: Blueprint, {needs = [], ...options}: Order): Resource {
  const {authority, contact, account, rehearses} = blueprint;
  const all = [unitId(nginxUnit), fileId(options.hook), directoryId(webroot), ...needs];
  return certificate({
    ...options,
    ...{authority, contact, account, webroot, rehearses},
    ours: namesOf(blueprint),
    place: 'nginx',
    needs: all,
  });
}

/** The hook of the relay's certificate copies it, so it waits until the first copy is made. */
function orderForRelay(blueprint: Blueprint, name: string): Resource {
  const copies = relayCertificates(blueprint);
  return order(blueprint, {
    name,
    hook: turnHook,
    hookWrites: copiedFiles(copies),
    needs: [certificateCopyId(copies)],
  });
}

/** Installs a deploy hook. Debian's certbot runs it at renewals only, so the certificate's step runs it the first time. */
function hook(assets: Assets, path: string, values: Values): readonly Resource[] {
  const name = basename(path);
  const content = renderHook(assets, name, values);
  return [
    file({path, title: `Deploy hook ${name}`, place: 'nginx', content, attributes: {mode: 0o755, uid: 0, gid: 0}}),
    link({
      path: `${hookDirectory}/${name}`,
      target: path,
      title: `certbot link to ${name}`,
      place: 'nginx',
      needs: [fileId(path), directoryId(hookDirectory)],
    }),
  ];
}

/** Renders a deploy hook, which writes down how it ended: certbot ignores a hook that fails. */
export function renderHook(assets: Assets, name: string, values: Values): string {
  const [template, end] = [name, 'write_outcome.sh'].map(each => assets(`hooks/${each}`));
  return render({
    template: `${template}\n${end}`,
    values: {deployments: deploymentDirectory, ...values},
    quote: quoteShell,
  });
}

function retireHook(path: string): readonly Resource[] {
  const name = basename(path);
  return [`${hookDirectory}/${name}`, path].map(each =>
    absentFile({path: each, title: `Deploy hook ${name}`, place: 'nginx', needs: []}),
  );
}
