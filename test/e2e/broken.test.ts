import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {editCompose, editRelay, editSite, signedByItself, turn} from './edits.ts';
import {requireInstalled} from './hosts.ts';
import {apply, eventually, guest, idOf} from './lab.ts';
import {type Proof, status, statusInTime, withoutHairpin} from './proof.ts';

beforeAll(requireInstalled);

type Breakage = {
  /** The command that breaks it. */
  readonly title: string;
  readonly line: string;
  /** The checks that have to fail. */
  readonly codes: readonly string[];
  /** The checks that may fail too, since they depend on the same thing. */
  readonly also?: RegExp;
  /** Whether the failure counts as a start at first, since only a call shows it. */
  readonly isExcused?: true;
};

// The checks that nginx answers.
const pages = /^(meet-|http-|bosh|xmpp-|client-)/;

const breakages: readonly Breakage[] = [
  {title: 'nginx is stopped', line: 'systemctl stop nginx', codes: ['service-nginx'], also: pages},
  {
    title: 'HAProxy is stopped',
    line: 'systemctl stop haproxy',
    codes: ['service-haproxy'],
    also: /^(meet-|bosh|xmpp-|client-|turn-certificate)/,
  },
  {
    title: 'go-mmproxy is stopped',
    line: 'systemctl stop go-mmproxy-ssl',
    codes: ['service-mmproxy'],
    also: /^(mmproxy-routes|client-|loopback-ports)/,
  },
  {
    title: "go-mmproxy's rules are deleted",
    line: 'ip rule del pref 12300; ip -6 rule del pref 12300',
    codes: ['mmproxy-routes'],
  },
  {
    title: 'go-mmproxy passes connections to another port',
    line: "sed -i '/^ExecStart=/s/4443/4480/g' /etc/systemd/system/go-mmproxy-ssl.service && systemctl daemon-reload && systemctl restart go-mmproxy-ssl",
    codes: ['client-address', 'client-address-ipv6'],
    also: pages,
  },
  {
    title: 'HAProxy goes past go-mmproxy',
    line: "sed -i '/go-mmproxy/s/4444 send-proxy/4443/' /etc/haproxy/haproxy.cfg && systemctl reload haproxy",
    codes: ['client-address-chain'],
  },
  {title: 'port 80 does not redirect', line: editSite('s/return 301.*/return 404;/'), codes: ['http-redirect']},
  {
    title: "the meeting's settings are gone",
    line: editSite('s#^\\tlocation / {#\\tlocation = /config.js { return 503; }\\n&#'),
    codes: ['meet-https'],
  },
  {
    title: 'BOSH is gone',
    line: editSite('s#^\\tlocation / {#\\tlocation = /http-bind { return 503; }\\n&#'),
    codes: ['bosh'],
  },
  {title: 'the websocket upgrade is removed', line: editSite('/Upgrade $http_upgrade/d'), codes: ['xmpp-websocket']},
  {
    title: 'the certificate is replaced by one that is signed by itself',
    line: `${signedByItself('meet.example.test', '/etc/letsencrypt/live/meet.example.test')} && systemctl reload nginx`,
    codes: ['meet-certificate'],
  },
  {
    title: 'a certificate is replaced, and nginx does not load it',
    line: signedByItself('meet.example.test', '/etc/letsencrypt/live/meet.example.test'),
    codes: ['certificate-served'],
  },
  {title: 'nobody renews certificates', line: 'systemctl stop certbot.timer', codes: ['certificate-renewal']},
  {
    title: 'a deploy hook failed',
    line: "printf '1 2026-01-01T00:00:00Z\\nno\\n' > /var/lib/jitsi-onebox/deployments/meet.example.test",
    codes: ['deploy-hook'],
  },
  {
    title: 'guests are locked out',
    line: editCompose('prosody', 's/^    environment:/&\\n      ENABLE_AUTH: "1"/'),
    codes: ['xmpp-login'],
  },
  {
    title: 'participants are told of no relay',
    line: editCompose('prosody', '/TURNS_HOST/d'),
    codes: ['turn-credentials'],
  },
  {
    title: "jicofo's password is wrong",
    line: editCompose('jicofo', 's/"${JICOFO_AUTH_PASSWORD}"/"wrong"/'),
    codes: ['jicofo-login'],
  },
  {
    title: "the bridge's password is wrong",
    line: editCompose('videobridge', 's/"${JVB_AUTH_PASSWORD}"/"wrong"/'),
    codes: ['videobridge-login'],
  },
  {
    title: 'the bridge shows itself in another room',
    line: editCompose('videobridge', 's/^    environment:/&\\n      JVB_BREWERY_MUC: "nowhere"/'),
    codes: ['conference'],
    isExcused: true,
  },
  {
    title: 'the bridge advertises a wrong address',
    line: editCompose('videobridge', 's/,198.51.100.10/,198.51.100.77/'),
    codes: ['public-address'],
  },
  {
    title: 'the bridge uses another port',
    line: editCompose('videobridge', 's/JVB_PORT: "10000"/JVB_PORT: "10001"/'),
    codes: ['media-port'],
    also: /^turn-relay$/,
  },
  {
    title: 'the bridge is stopped',
    line: `docker stop --time 1 ${idOf('videobridge')}`,
    codes: ['container-videobridge'],
    also: /^conference$/,
  },
  {
    title: 'the TURN secret was changed by hand',
    line: editRelay('s/^static-auth-secret=.*/static-auth-secret=guessed/'),
    codes: ['turn-allocation'],
  },
  {
    title: 'the denied peers cover the bridge',
    line: editRelay('/^allowed-peer-ip/d'),
    codes: ['turn-relay'],
  },
  {
    title: 'the relay leads everywhere, and its port for STUN has moved',
    line: editRelay(
      's/^allowed-peer-ip=.*/allowed-peer-ip=0.0.0.0-255.255.255.255\\nallow-loopback-peers/; s/3478/3479/',
    ),
    codes: ['turn-denies-loopback', 'turn-denies-lan', 'turn-denies-prosody', 'stun-port'],
  },
  {
    title: "the relay's key cannot be read",
    line: `chown root: ${turn}/certs/privkey.pem && docker restart --time 1 ${idOf('turn')} && sleep 1`,
    codes: ['turn-key'],
    also: /^loopback-ports|certificate-served$/,
  },
  {
    title: "the relay's certificate is replaced by one that is signed by itself",
    line: `${signedByItself('turn.example.test', '/etc/letsencrypt/live/turn.example.test')} && RENEWED_LINEAGE=/etc/letsencrypt/live/turn.example.test RENEWED_DOMAINS=turn.example.test /usr/local/sbin/renew_turn_cert.sh`,
    codes: ['turn-certificate'],
  },
  {
    title: 'the hook of the relay did not run after a renewal',
    line: `echo >> ${turn}/certs/fullchain.pem`,
    codes: ['turn-copy'],
  },
  {title: 'a service does not start at boot', line: 'systemctl disable haproxy 2>&1', codes: ['start-at-boot']},
  {
    title: 'the web container is bound to all addresses',
    line: editCompose('web', 's/127.0.0.1:8289/0.0.0.0:8289/'),
    codes: ['loopback-ports'],
    also: /^(container-web|meet-https|bosh|xmpp-websocket)$/,
  },
  {
    title: "Docker's rules are wiped",
    line: 'iptables --table nat --flush DOCKER',
    codes: ['docker-chains'],
    also: /^(stun-port|media-port)$/,
  },
  {
    title: 'the other containers are stopped',
    line: `docker stop --time 1 ${['web', 'prosody', 'jicofo', 'turn'].map(idOf).join(' ')}`,
    codes: ['container-web', 'container-prosody', 'container-jicofo', 'container-turn'],
    also: /^(meet-https|bosh|xmpp-|client-address-chain|turn-certificate|stun-port|loopback-ports)/,
  },
  {
    title: 'Docker is stopped',
    line: 'systemctl stop docker.socket docker.service',
    codes: ['service-docker'],
    also: /./,
  },
];

/**
 * What warns of the time to come, what others break, and what the network in front of the host does: test/stack/checks, museum.test.ts,
 * nat.test.ts and media.test.ts show that each can fail.
 */
const elsewhere =
  /^(disk|memory|container-restarts|service-restarts|managed|pending|log|restart-needed|router-forwards|packet-size|ipv6-reach|idle-timeouts|media-direct|media-relay)|^(site-names|sites|advisories)$|-(days|chain)$(?<!address-chain)/;

const seen = new Set<string>();
const healed = new Set<string>();
let all: readonly string[] = [];

/** Demands that these codes failed, each with a remedy. */
async function see(codes: readonly string[], proof: Proof): Promise<void> {
  for (const code of codes) {
    const found = proof.checks.find(each => each.code === code);
    expect(found, JSON.stringify(proof.checks.filter(({state}) => state !== 'ok'))).toMatchObject({
      state: expect.stringMatching(/failed|warning/),
      remedy: expect.stringMatching(/./),
    });
    seen.add(code);
  }
}

/**
 * Demands that these codes fail in `status`, and of the others only those that may. What waits for a container that was just made
 * has to fail once its time to start is over.
 */
async function demandFault({codes, also = /^$/, isExcused}: Breakage): Promise<void> {
  const now = await status();
  if (isExcused) expect(now.codes('starting')).toEqual(expect.arrayContaining([...codes]));
  const proof = now.codes('starting').some(code => codes.includes(code)) ? await statusInTime() : now;
  await see(codes, proof);
  expect(proof.exitCode).toBe(1);
  const others = proof.codes('failed').filter(code => !codes.includes(code) && !also.test(code));
  expect(others, JSON.stringify(proof.checks.filter(({state}) => state === 'failed'))).toEqual([]);
}

/** Runs `apply`, and demands that these codes are ok in its own checks. */
async function heal(codes: readonly string[]): Promise<void> {
  const {exitCode, all: told} = await apply('--json');
  expect(exitCode, told).toBe(0);
  const events = told.split('\n').filter(line => line.startsWith('{"v"'));
  const findings: readonly {type: string; check?: string; state?: string}[] = events.map(line => JSON.parse(line));
  for (const code of codes) {
    expect(findings.findLast(({type, check}) => type === 'check-finished' && check === code)?.state, code).toBe('ok');
    healed.add(code);
  }
}

describe.each(breakages)('when $title', ({line, codes, ...breakage}) => {
  test(`${codes.join(', ')} fails with its remedy, and apply heals it`, async () => {
    await guest(line);
    try {
      await eventually(20, () => demandFault({line, codes, ...breakage}));
    } finally {
      // The next one needs a whole installation, whatever happened here.
      await heal(codes);
    }
  });
});

test('when Prosody has kept other passwords than those in .env, the remedy of the failed checks repairs it', async () => {
  const shell = `docker exec ${idOf('prosody')} prosodyctl --config /run/prosody/config/prosody.cfg.lua shell`;
  for (const user of ['focus', 'jvb']) await guest(`${shell} user password ${user}@auth.meet.jitsi rotated`);
  const {checks} = await status();
  const found = checks.filter(({code}) => code === 'jicofo-login' || code === 'videobridge-login');
  expect(found.map(({state}) => state)).toEqual(['failed', 'failed']);
  await guest(/`(rm -r [^`]+)`/.exec(found[0]?.remedy ?? '')?.[1] ?? 'false');
  const answers: Proof[] = [];
  await eventually(60, async () => {
    answers.push(await status());
    expect(answers.at(-1)?.exitCode).toBe(0);
  });
  expect(answers.flatMap(({codes}) => codes('failed', 'unknown'))).toEqual([]);
});

describe('what an apply leaves as it is', () => {
  test('a rule of the owner that stops participants is named', async () => {
    const rule = 'INPUT -i h0 -p tcp --dport 443 -m state --state NEW -j DROP';
    await guest(`iptables -I ${rule}`);
    await see(['packet-filter'], await status());
    await guest(`iptables -D ${rule}`);
  });

  test('a kernel that forwards no packets is named', async () => {
    await guest('sysctl -q -w net.ipv4.ip_forward=0');
    await see(['packet-forwarding'], await status());
    await guest('sysctl -q -w net.ipv4.ip_forward=1');
  });

  test('there is a warning about a router without hairpin NAT', async () => {
    await see(['public-loopback'], await withoutHairpin(status));
    expect((await status()).codes('ok')).toContain('public-loopback');
  });

  test('there is a warning about a kernel with small buffers, as the lab’s is', async () => {
    const proof = await status();
    await see(['udp-buffers'], proof);
    all = proof.checks.map(({code}) => code);
    expect(proof.codes('failed', 'unknown')).toEqual([]);
  });
});

afterAll(() => {
  console.log(`${seen.size} of ${all.length} codes fail when what they watch is broken; apply healed ${healed.size}`);
  expect(all.filter(code => !seen.has(code) && !elsewhere.test(code))).toEqual([]);
  // An apply cannot change the router or the buffers of the kernel, and does not change rules and settings of others.
  const kept = all.filter(code => !healed.has(code) && !elsewhere.test(code));
  expect(kept.toSorted()).toEqual(['packet-filter', 'packet-forwarding', 'public-loopback', 'udp-buffers']);
});
