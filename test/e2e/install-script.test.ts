import {beforeAll, describe, expect, test} from 'vitest';
import {expectRefusal, from, line, prepareDelivery, url} from './deliver.ts';
import {ask, eventually, guest, resetRouter, settingsFile} from './lab.ts';
import {nextVersion, version} from './releases.ts';

const asUser = 'setpriv --reuid=owner --clear-groups';

/** In place of a tool: does what the tool does, and then kills the installer if this is the chosen call. */
const killer = `#!/bin/sh
tool=\${0##*/}
/usr/bin/$tool "$@"
status=$?
case "$tool $*" in $KILL_AFTER) kill -9 $PPID ;; esac
exit $status
`;

beforeAll(prepareDelivery);

describe('a release that its makers did not sign, or not like this', () => {
  test.each([
    ['changed', /is not the file that was signed/],
    ['cut-short', /is not the file that was signed/],
    ['edited-list', /not signed by the maintainers/],
    ['signed-by-another', /not signed by the maintainers/],
    ['without-list', /SHA256SUMS could not be downloaded/],
    ['without-signature', /SHA256SUMS\.sig could not be downloaded/],
    ['without-package', /\.deb could not be downloaded/],
    ['another-version', /has version 99\.0\.0, not/],
    ['huge', /SHA256SUMS is too large/],
    ['endless', /SHA256SUMS is too large/],
    ['endless-package', /\.deb is too large/],
    ['downgraded', /SHA256SUMS could not be downloaded/],
    ['expired', /expired on 2021-01-01, and the clock of this machine says/],
    ['of-tomorrow', /signed on 2101-01-01, but the clock of this machine says .* Set the clock/],
    ['without-days', /does not say when it was signed/],
  ])('is refused before any of it runs: %s', async (place, sentence) => {
    await expectRefusal(await line(`${from(place)} | sh -s -- --no-start`), sentence);
  });

  test('m5: is refused as the newest where a script knows that there is a newer one', async () => {
    const script = `${from('old-news')} | sed "s#version='.*'#version='99.0.0'#"`;
    await expectRefusal(await line(`${script} | sh -s -- --no-start --version latest`), /is older than 99\.0\.0/);
  });

  test('is dropped when the server stops answering half-way', async () => {
    const answer = line(`${from('slowly')} | sh -s -- --no-start`);
    await eventually(20, async () => void (await guest('test -s /opt/jitsi-onebox/.new.*/*.deb')));
    const server = ['ip', 'daddr', '198.51.100.6', 'tcp', 'dport', '443'];
    await ask('router', [
      'nft',
      'insert',
      'rule',
      'ip',
      'router',
      'forward',
      ...server,
      'reject',
      'with',
      'tcp',
      'reset',
    ]);
    try {
      await expectRefusal(await answer, /\.deb could not be downloaded/);
    } finally {
      await resetRouter();
    }
  });
});

describe('a machine that cannot run it', () => {
  const withFile = (path: string, change: string, command = 'sh /root/install.sh --no-start') =>
    `unshare --mount sh -c '${change} ${path} >/run/instead; chmod 755 /run/instead; mount --bind /run/instead ${path}; ${command}'`;
  test.each<[string, string, RegExp, number?]>([
    ['has no systemd', "unshare --mount sh -c 'mount -t tmpfs none /run; sh /root/install.sh'", /systemd does not run/],
    ['is an older Debian', withFile('/etc/os-release', 's="s/^VERSION_ID=.*/VERSION_ID=11/"; sed $s'), /is too old/],
    ['is no Debian', withFile('/etc/os-release', 'sed s/^ID=.*/ID=fedora/'), /for Debian 12 and 13, not/],
    ['has another processor', withFile('/usr/bin/dpkg', 'printf "#!/bin/sh\\necho riscv64\\n#"'), /not riscv64/],
    [
      'has no space',
      "unshare --mount sh -c 'mount -t tmpfs -o size=9M none /opt; sh /root/install.sh --no-start'",
      /needs 400 MB/,
    ],
    [
      'gives no root rights',
      'setpriv --reuid=owner --clear-groups sh -s <  /root/install.sh',
      /run it as root \(sudo, or su -\)/,
    ],
    ['has no terminal', 'sh /root/install.sh', /no terminal to ask on/, 64],
    [
      'is in the middle of a run',
      'systemd-run -qu jitsi-onebox-apply sleep 60; sh /root/install.sh --no-start; code=$?; systemctl stop jitsi-onebox-apply; exit $code',
      /an installation is running/,
    ],
    [
      'cannot find the server',
      `sed "s#base='${url}'#base=https://gone.example.net#" /root/install.sh | sh -s -- --no-start`,
      /could not be downloaded/,
    ],
    ['gets an option that does not exist', 'sh /root/install.sh --now', /no option --now/, 64],
  ])('gets a sentence that says why: it %s', async (_, command, sentence, status) => {
    await expectRefusal(await line(command), sentence, status);
  });

  test('a newer Debian and a derivative get a warning only', async () => {
    for (const edit of ['/^VERSION_ID=/d', 's/^ID=.*/ID=mine\\nID_LIKE=debian/']) {
      const {exitCode, all} = await line(withFile('/etc/os-release', `sed "${edit}"`));
      expect(all).toMatch(/Continuing/);
      expect(exitCode, all).toBe(0);
    }
    await guest('sh /root/install.sh --uninstall');
  });
});

describe('the script', () => {
  test('does nothing when it is cut short at any line, or at any byte of its last two lines', async () => {
    const begins = 'checking this machine';
    // The whole script begins, and then finds no terminal.
    expect((await line('sh </root/install.sh')).all).toContain(begins);
    const text = await guest('cat /root/install.sh');
    const lines = text.split('\n');
    const ends = lines.map((_, count) => lines.slice(0, count).join('\n').length);
    const lastTwo = lines.slice(-2).join('\n').length;
    const cuts = [...ends, ...Array.from({length: lastTwo}, (_, bytes) => text.length - lastTwo + bytes)];
    const loop = `for shell in dash bash; do for cut in ${cuts.join(' ')}; do
      head -c $cut /root/install.sh | $shell 2>&1 | grep -q '${begins}' || echo harmless; done; done | wc -l`;
    const harmless = Number(await guest(loop));
    console.log(`install.sh, cut short: ${harmless} of ${cuts.length * 2} are harmless`);
    expect(harmless).toBe(cuts.length * 2);
    expect(await guest('ls -A /opt')).toBe('');
  });

  const aContainer = 'unshare --mount --pid --fork --mount-proc sh -c \'mount -t tmpfs none /run; exec "$@"\' sh';

  test.each([
    ['without root', asUser],
    ['without systemd', aContainer],
  ])('shows what would change, %s, and leaves nothing', async (_, prefix) => {
    const command = `${prefix} sh -s -- --dry-run --settings /tmp/meet.yaml </root/install.sh`;
    const {exitCode, all} = await line(
      `cp ${settingsFile} /tmp; ls -A /tmp >/root/before; ${command}; code=$?; ls -A /tmp | diff /root/before - && exit $code`,
    );
    expect(exitCode, all).toBe(2);
    expect(all).toContain('/etc/nginx/sites-available/jitsi.conf');
    expect(await guest('ls -A /opt')).toBe('');
  });

  const inCheckout = `install -d /tmp/checkout && touch /tmp/checkout/package-lock.json && sed "s#^\tbase=.*#\tbase=#" /root/install.sh >/tmp/checkout/install.sh`;

  test('names what is missing to build a checkout without root', async () => {
    await guest(inCheckout);
    const {exitCode, all} = await line(`${asUser} sh /tmp/checkout/install.sh --dry-run`);
    expect(all).toContain('the package npm is missing');
    expect(exitCode).toBe(1);
  });

  describe('h4: files that somebody planted', () => {
    const plant = 'mkdir -p /tmp/checkout/scripts && echo "touch /run/planted" >/tmp/checkout/scripts/install-packages';
    const planted = `rm -rf /tmp/checkout; ${inCheckout}; ${plant}; chmod 755 /tmp/checkout/scripts/*`;
    test.each([
      ['a file of another user', `${planted}; chown owner /tmp/checkout/package-lock.json`],
      ['a file that others may write', `${planted}; chmod 666 /tmp/checkout/scripts/install-packages`],
      ['a directory that others may write', `${planted}; chmod 777 /tmp/checkout`],
      [
        'a directory above that another user may rename',
        `${planted}; mkdir /tmp/theirs; chown owner /tmp/theirs; rm -rf /tmp/theirs/checkout; mv /tmp/checkout /tmp/theirs; ln -s theirs/checkout /tmp/checkout`,
      ],
    ])('are never run: %s', async (_, command) => {
      await guest(command);
      const {exitCode, all} = await line('sh /tmp/checkout/install.sh --no-start');
      expect(all).toMatch(/others may change/);
      expect(exitCode).toBe(1);
      expect(await guest('ls /run/planted 2>/dev/null || true')).toBe('');
      await guest('rm -rf /tmp/checkout /tmp/theirs');
    });

    test('do not make a checkout of a published script', async () => {
      await guest(`${planted}; cp /root/install.sh /tmp/checkout`);
      const {all} = await line('sh /tmp/checkout/install.sh');
      expect(all).toMatch(/no terminal to ask on/);
      expect(all).not.toMatch(/from this checkout/);
      expect(await guest('ls /run/planted 2>/dev/null || true; rm -rf /tmp/checkout')).toBe('');
    });
  });
});

describe('an installer among others', () => {
  const program = 'cd /opt/jitsi-onebox; echo $(ls -A . releases); jitsi-onebox --version';

  test('s5: waits for another one, and then finds nothing to do', async () => {
    const answers = await Promise.all([1, 2].map(() => line('sh /root/install.sh --no-start')));
    for (const {exitCode, all} of answers) expect(exitCode, all).toBe(0);
    const waiting = answers.filter(({all}) => /another install\.sh is running/.test(all));
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.all).toMatch(/is already installed/);
    expect(waiting[0]?.all).not.toMatch(/downloading/);
    expect(await guest(program)).toBe(`.: current highest releases releases: ${version}\n${version}`);
  });

  test('s5: cannot be kept waiting by a user without rights', async () => {
    const {exitCode, all} = await line(`${asUser} flock -n /run/jitsi-onebox-install.lock true`);
    expect(all).toMatch(/Permission denied/);
    expect(exitCode).not.toBe(0);
  });

  test('m5: installs a version whose signature expired when the user names it', async () => {
    const {exitCode, all} = await line(`${from('expired')} | sh -s -- --no-start --version ${version}`);
    expect(all).toMatch(/expired on 2021-01-01; continuing, since you asked/);
    expect(exitCode).toBe(0);
  });

  test('m5: leaves a program that starts, whenever it is killed', async () => {
    await guest(`${from('rebuilt')} >/root/rebuilt.sh`);
    await guest(
      `mkdir /root/killing; cat >/root/killing/mv; cd /root/killing; chmod 755 mv; ln -s mv ln; ln -s mv rm; ln -s mv dpkg-deb`,
      killer,
    );
    const update = 'sh /root/install.sh --no-start --version latest';
    const moments = [
      ['sh /root/rebuilt.sh --no-start', 'dpkg-deb -x*'],
      ['sh /root/rebuilt.sh --no-start', 'mv */program */releases/*'],
      ['sh /root/rebuilt.sh --no-start', 'ln *current.new'],
      ['sh /root/rebuilt.sh --no-start', 'mv *current.new*'],
      [update, 'mv *highest.new*'],
      [update, 'mv *previous.new*'],
      [update, 'mv *current.new*'],
      [update, 'rm -rf */releases/*'],
      [`${update} --back`, 'mv *current.new*'],
    ] as const;
    for (const [command, moment] of moments) {
      const killed = await line(`(export PATH=/root/killing:$PATH KILL_AFTER='${moment}'; exec ${command}); exit $?`);
      expect(killed.exitCode, `${moment}: ${killed.all}`).toBe(137);
      expect(await guest('jitsi-onebox self-test'), moment).toMatch(/is complete/);
    }
    const {exitCode, all} = await line(update);
    expect(exitCode, all).toBe(0);
    expect(await guest(program)).toBe(
      `.: current highest previous releases releases: ${version}_2 ${nextVersion}\n${nextVersion}`,
    );
    await guest('sh /root/install.sh --uninstall; rm -r /root/killing');
  });
});
