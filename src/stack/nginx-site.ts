import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {file, link, type Validation} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {tlsPath} from '../resources/stand-in-certificate.ts';
import {serverPackages} from './names.ts';
import type {SiteLayout} from './nginx-layout.ts';

/** The paths of one site of ours in nginx. */
export type SitePaths = {readonly enabled: string; readonly available?: string};

/** Returns the paths of a site in a layout. */
export function pathsOf({enabled, available}: SiteLayout, name: string): SitePaths {
  return {enabled: `${enabled}/${name}`, ...(available !== undefined && {available: `${available}/${name}`})};
}

/** Lists the paths of a site. */
export const listPaths = ({enabled, available}: SitePaths) =>
  available === undefined ? [enabled] : [enabled, available];

/** Lists the link to the certificate in use, and a file that changes with a renewal. */
export const certificateFiles = (domain: string) => [tlsPath(domain), `${tlsPath(domain)}/fullchain.pem`];

type SiteOptions = {
  readonly paths: SitePaths;
  readonly title: string;
  readonly content: string;
  readonly domain: string;
  readonly needs: readonly string[];
};

/** Makes the file of a site, and the link to it where the layout has one. */
export function siteFiles({
  paths: {enabled, available},
  title,
  content,
  domain,
  needs,
}: SiteOptions): readonly Resource[] {
  const validate = acceptedByNginx(domain);
  const path = available ?? enabled;
  return [
    file({
      path,
      title,
      place: 'nginx',
      content,
      needs: [packagesId(serverPackages), ...needs],
      validate,
    }),
    ...(available === undefined
      ? []
      : [
          link({
            path: enabled,
            target: available,
            title: `${title}, enabled`,
            place: 'nginx',
            needs: [fileId(available)],
            validate,
          }),
        ]),
  ];
}

/** If another site has the same name, nginx only warns and serves one of the two; this makes the warning an error. */
function acceptedByNginx(domain: string): Validation {
  return {
    command: {argv: ['nginx', '-t']},
    complaint: output => output.split('\n').find(line => line.includes(`conflicting server name "${domain}"`)),
  };
}
