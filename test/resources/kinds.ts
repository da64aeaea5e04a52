import {Secret} from '../../src/model/secret.ts';
import {aptPackages} from '../../src/resources/apt-packages.ts';
import {certificateCopy} from '../../src/resources/certificate-copy.ts';
import {firewallPort} from '../../src/resources/firewall-port.ts';
import {leftListens, sharedListens} from '../../src/resources/moved-listens.ts';
import {nftTable} from '../../src/resources/nft-table.ts';
import {absentDirectory, absentFile, directory, file, link} from '../../src/resources/path.ts';
import {policyRouting} from '../../src/resources/policy-routing.ts';
import {prosodyAccount} from '../../src/resources/prosody-account.ts';
import {retiredCertificates} from '../../src/resources/retired-certificates.ts';
import {standInCertificate} from '../../src/resources/stand-in-certificate.ts';
import {sysctl} from '../../src/resources/sysctl.ts';
import {systemdUnit} from '../../src/resources/systemd-unit.ts';
import {systemUser} from '../../src/resources/user.ts';

import {containerKinds} from './container-kinds.ts';
import type {KindCase} from './kind-case.ts';

const place = 'host';
const path = '/etc/haproxy/haproxy.cfg';
const about = {path, title: 'A path', place} as const;
const unit = 'nginx.service';
const unitFile = `/etc/systemd/system/${unit}`;
const started = Date.parse('2026-11-22T08:00:00Z');
const rule = 'from 127.0.0.0/8 iif lo lookup 123';
const tls = {
  '/etc/letsencrypt/live/meet.example.test/fullchain.pem': 'issued',
  '/etc/letsencrypt/live/meet.example.test/privkey.pem': {content: 'key', mode: 0o600},
  '/etc/letsencrypt/archive/meet.example.test/cert1.pem': 'issued',
  '/etc/letsencrypt/renewal/meet.example.test.conf': 'webroot_path = /var/www/jitsi-onebox',
  '/etc/jitsi-onebox/tls/meet.example.test': {link: '/etc/letsencrypt/live/meet.example.test'},
};

const siteFile = '/etc/nginx/conf.d/own.conf';
const moves = [{line: 2, text: '443', to: '4443', isFirstOfSocket: true, isFirstOfSite: true}];

/** Every kind of resource, at its work. */
export const kinds: readonly KindCase[] = [
  ...containerKinds,
  {name: 'a new file', resources: [file({...about, content: 'ours'})], files: {'/etc/haproxy': {directory: true}}},
  {
    name: 'a foreign private file',
    resources: [file({...about, content: 'ours'})],
    files: {[path]: {content: 'mine', mode: 0o640, uid: 7}},
  },
  {
    name: 'a file with another mode',
    resources: [file({...about, content: 'mine'})],
    files: {[path]: {content: 'mine', mode: 0o600}},
  },
  {name: 'an absent file', resources: [absentFile(about)], files: {[path]: 'mine'}},
  {
    name: 'an account of Prosody with another password',
    resources: [
      prosodyAccount({
        account: 'jvb@auth',
        path: '/srv/jvb.dat',
        uid: 550,
        place,
        password: new Secret('ours'),
        needs: [],
      }),
    ],
    files: {'/srv/jvb.dat': {content: 'return {\n\t["password"] = "theirs";\n};\n', mode: 0o600, uid: 550}},
  },
  {name: 'a directory', resources: [directory({...about, path: '/srv/jitsi'})]},
  {
    name: 'an absent directory with its contents',
    resources: [absentDirectory({...about, path: '/srv/jitsi'})],
    files: {'/srv/jitsi/a/b': {content: 'secret', mode: 0o600}, '/srv/jitsi/link': {link: '/tmp'}},
  },
  {
    name: 'a foreign site on another port',
    resources: [
      sharedListens({path: siteFile, moves, needs: []}),
      leftListens({path: siteFile, moves, needs: [`file:${siteFile}`]}),
    ],
    files: {
      [siteFile]: {content: 'server {\n  listen 443 ssl;\n}\n', mode: 0o640, uid: 7},
    },
  },
  {name: 'a link', resources: [link({...about, target: '/srv/own'})], files: {[path]: {link: '/tmp'}}},
  {
    name: 'a stopped unit',
    resources: [systemdUnit({unit, title: 'nginx', place})],
    world: {units: {[unit]: {enabled: 'disabled', active: false, started}}},
  },
  {
    name: 'a running but disabled unit',
    resources: [systemdUnit({unit, title: 'nginx', place})],
    world: {units: {[unit]: {enabled: 'disabled', active: true, started}}},
  },
  {
    name: 'a unit that has to be stopped',
    resources: [systemdUnit({unit, title: 'nginx', place, wanted: {active: false}})],
    world: {units: {[unit]: {enabled: 'enabled', active: true, started}}},
  },
  {
    name: 'a unit with a foreign unit file',
    resources: [
      systemdUnit({
        id: 'superseded',
        unit,
        title: 'nginx',
        place,
        wanted: {active: false},
        onlyWhile: {path: unitFile, holds: text => text === 'foreign'},
      }),
      {...file({...about, path: unitFile, content: '# Written by jitsi-onebox'}), needs: ['superseded']},
      systemdUnit({unit, title: 'nginx', place, needs: [`file:${unitFile}`], reads: [unitFile]}),
    ],
    world: {units: {[unit]: {enabled: 'enabled', active: true, started, text: 'foreign'}}},
    files: {[unitFile]: 'foreign'},
  },
  {
    name: 'a unit of ours with its file',
    resources: [
      file({...about, path: unitFile, content: '# Written by jitsi-onebox'}),
      systemdUnit({unit, title: 'nginx', place, needs: [`file:${unitFile}`], reads: [unitFile]}),
    ],
  },
  {
    name: 'the Engine',
    resources: [systemdUnit({unit: 'docker.service', title: 'Docker', place})],
    world: {units: {'docker.service': {enabled: 'enabled', active: false, started}}},
  },
  {name: 'a user', resources: [systemUser({name: 'mmproxy', title: 'User', place})]},
  {name: 'a ufw port', resources: [firewallPort({firewall: 'ufw', port: 443, protocol: 'tcp'})]},
  {name: 'a firewalld port', resources: [firewallPort({firewall: 'firewalld', port: 80, protocol: 'tcp'})]},
  {
    name: 'a kernel parameter',
    resources: [sysctl({values: {'net.core.rmem_max': '10485760'}, needs: []})],
    files: {'/proc/sys/net/core/rmem_max': '212992\n'},
  },
  {
    name: 'a routing rule',
    resources: [
      systemdUnit({unit, title: 'nginx', place}),
      policyRouting({
        family: 4,
        preference: 12_300,
        table: 123,
        rule: rule.split(' '),
        shown: rule,
        route: ['local'],
        unit,
        title: 'Return route',
        place,
      }),
    ],
    world: {
      rules: {'-4 12300': ['from 10.0.0.0/8 lookup 123']},
      units: {[unit]: {enabled: 'enabled', active: true, started}},
    },
  },
  {
    name: 'an nftables table',
    resources: [
      nftTable({
        table: 'inet jitsi-onebox',
        file: '/guard',
        rules: 0,
        comment: 'ours',
        title: 'Guard',
        place,
        needs: [],
      }),
    ],
  },
  {name: 'packages', resources: [aptPackages({name: 'servers', packages: ['nginx'], title: 'Servers', place})]},
  {
    name: 'a stand-in certificate',
    resources: [standInCertificate({name: 'meet.example.test', place, needs: []})],
    files: {
      '/etc/jitsi-onebox/tls': {directory: true},
      '/etc/jitsi-onebox/stand-in': {directory: true},
    },
  },
  {
    name: 'a certificate for a previous domain',
    resources: [retiredCertificates({inUse: [], webroot: '/var/www/jitsi-onebox', needs: []})],
    files: tls,
  },
  {
    name: 'a copy of a certificate',
    resources: [
      certificateCopy({
        name: 'meet.example.test',
        place: 'turn',
        directory: '/srv/jitsi/turn/certs',
        attributes: {mode: 0o400, uid: 65_534, gid: 65_534},
        hook: '/hook',
        needs: [],
      }),
    ],
    files: {
      ...tls,
      '/srv/jitsi/turn/certs': {directory: true},
      '/hook': 'name=meet.example.test\ninstall -o 65534 -g 65534\n',
    },
  },
];
