import type {Facts} from '../model/facts.ts';

type Versions = Readonly<Record<string, string>>;

/** What each release of Debian packages, where its form matters to what we write: a fresh machine may have no index to ask yet. */
const bookworm: Versions = {nginx: '1.22.1', 'docker.io': '20.10.24', 'docker-compose': '1.29.2'};
const trixie: Versions = {nginx: '1.26.3', 'docker.io': '26.1.5', 'docker-compose': '2.26.1'};

/** The versions that are installed or would be; by the release where apt cannot tell, and a newer release is like the newest known. */
export function packagedVersions({candidates, release}: Pick<Facts, 'candidates' | 'release'>): Versions {
  const standard = release.value?.codename === 'bookworm' ? bookworm : trixie;
  return {...standard, ...candidates.value};
}
