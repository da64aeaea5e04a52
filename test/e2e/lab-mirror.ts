import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {ask, imageOf} from './lab.ts';
import type {Name, Variant} from './moving-tag.ts';
import {served} from './releases.ts';

const url = 'http://get.example.net/debian';

/** A variant of an image that also asks the lab's mirror for packages, without the cache in between. */
export const asksMirror: Variant = {
  files: {
    '/etc/apt/sources.list.d/lab.list': `deb [trusted=yes] ${url} ./\n`,
    '/etc/apt/apt.conf.d/99lab': 'Acquire::http::Proxy::get.example.net "DIRECT";\n',
  },
};

/** The number of a fault that does not exist. */
export const cve = 'CVE-2026-99999';

/** Packs the files of an installed package once more, as a later version; prints the package as base64. */
const repack = `set -eu
name=$1 version=$(dpkg-query --show --showformat '\${Version}' "$1")
tree=$(mktemp -d) && cd "$tree" && mkdir -p DEBIAN "usr/share/doc/$name"
dpkg --listfiles "$name" | while read -r file; do
  [ ! -f "$file" ] || cp --archive --parents "$file" .
done
dpkg-query --status "$name" | sed -e '/^Status:/d' -e '/^Conffiles:/,/^[^ ]/{/^Conffiles:/d;/^ /d}' \\
  -e "s/^Version:.*/Version: $version+lab1/" >DEBIAN/control
printf '%s\\n' "$name ($version+lab1) lab; urgency=high" '' '  * Fix ${cve}.' '' \\
  "$name (\${version%+b[0-9]*}) lab; urgency=low" '' '  * Fix CVE-2020-11111.' |
  gzip -n >"usr/share/doc/$name/changelog.Debian.gz"
dpkg-deb --build --root-owner-group . /tmp/new.deb >&2
base64 /tmp/new.deb
`;

/** Offers a later version of a package of an image at the lab's mirror; returns that version. */
export async function offerUpgrade(image: Name, name: string): Promise<string> {
  const inImage = (words: readonly string[], input: string) =>
    ask(
      'guest',
      ['docker', 'run', '--rm', '--interactive', '--user=0', '--entrypoint=sh', imageOf(image), ...words],
      input,
    );
  const packed = await inImage(['-s', name], repack);
  if (packed.exitCode !== 0) throw new Error(packed.all);
  const bytes = Buffer.from(packed.stdout, 'base64');
  const control = await inImage(
    ['-c', 'base64 --decode >/tmp/new.deb && dpkg-deb --field /tmp/new.deb'],
    packed.stdout,
  );
  const entry = `${control.stdout}\nFilename: ./${name}.deb\nSize: ${bytes.length}\nSHA256: ${digestOf(bytes)}\n`;
  const release = `Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nSHA256:\n ${digestOf(entry)} ${entry.length} Packages\n`;
  await mkdir(`${served}/debian`, {recursive: true});
  await writeFile(`${served}/debian/${name}.deb`, bytes);
  await writeFile(`${served}/debian/Packages`, entry);
  await writeFile(`${served}/debian/Release`, release);
  return /^Version: (.*)$/m.exec(control.stdout)?.[1] ?? '';
}

const digestOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
