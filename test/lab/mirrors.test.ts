import {expect, test} from 'vitest';
import {deriveSources} from './mirrors.ts';

const lists = [
  'Packages|Debian|bookworm|http://mirror.example/debian/|bookworm|main',
  'Packages|Debian|bookworm-updates|http://mirror.example/debian/|bookworm-updates|main',
  'Packages|Debian|bookworm-security|http://mirror.example/debian-security/|bookworm-security|main',
];

test('the guest asks the machine’s mirrors for its own release', () => {
  expect(deriveSources(lists.join('\n'), 'trixie')).toEqual([
    'deb http://mirror.example/debian/ trixie main',
    'deb http://mirror.example/debian/ trixie-updates main',
    'deb http://mirror.example/debian-security/ trixie-security main',
  ]);
});

test('backports, other vendors, other components and sources are left out', () => {
  const others = [
    'Packages|Debian|bookworm-backports|http://mirror.example/debian/|bookworm-backports|main',
    'Packages|Docker|bookworm|https://vendor.example/|bookworm|stable',
    'Packages|Debian|bookworm|http://mirror.example/debian/|bookworm|contrib',
    'Sources|Debian|bookworm|http://mirror.example/debian/|bookworm|main',
  ];
  expect(deriveSources(others.join('\n'), 'trixie')).toEqual([]);
});

test('a mirror named twice is asked once', () => {
  expect(deriveSources([...lists, ...lists].join('\n'), 'bookworm')).toHaveLength(3);
});
