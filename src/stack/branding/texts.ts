import {languages} from '../../model/settings/grammar/branding.ts';
import {quoteHtml, quoteJson} from '../quoting.ts';
import {type Branding, type BrandingFile, fileRules} from './files.ts';
import {scriptMark} from './paths.ts';

const served = (domain: string, name: string) => `https://${domain}/static/branding/${name}`;

/** The address of the file that the client asks for its branding. */
export const brandingUrl = (domain: string) => served(domain, 'branding.json');

/** Returns the name by which a file is served. */
export function nameOf({key, type}: BrandingFile): string {
  return key === 'logo.file' ? `watermark.${type.toLowerCase()}` : fileRules[key].name;
}

/** Renders the texts that the web container serves, by their file names. */
export function renderTexts({settings, files}: Branding, domain: string): Readonly<Record<string, string>> {
  const {title, 'header.title': headerTitle, 'header.subtitle': headerSubtitle, 'logo.link': link} = settings;
  const lines = typeof headerSubtitle === 'object' ? headerSubtitle : {};
  const common = {headerTitle, headerSubtitle: typeof headerSubtitle === 'string' ? headerSubtitle : undefined};
  const hasCommon = Object.values(common).some(text => text !== undefined);
  const nameFor = (language: string) =>
    language in lines ? `labels-${language}.json` : hasCommon ? 'labels.json' : undefined;
  const labels = languages.flatMap(language => {
    const name = nameFor(language);
    // Releases of the client differ in how they write a language with its country.
    const codes = new Set([language, language.replace('-', '')]);
    return name === undefined ? [] : [...codes].map(code => [code, served(domain, name)] as const);
  });
  const logo = files.find(({key}) => key === 'logo.file');
  return {
    'branding.json': renderJson({
      labels: Object.fromEntries(labels),
      // Without these, the client would show no logo.
      logoImageUrl: logo ? served(domain, nameOf(logo)) : `https://${domain}/images/watermark.svg`,
      logoClickUrl: link ?? 'https://jitsi.org',
    }),
    ...(hasCommon && {'labels.json': renderJson({welcomepage: common})}),
    ...Object.fromEntries(
      Object.entries(lines).map(([language, line]) => [
        `labels-${language}.json`,
        renderJson({welcomepage: {headerTitle, headerSubtitle: line}}),
      ]),
    ),
    ...(title !== undefined && {'title.html': renderTitle(title)}),
  };
}

const renderJson = (value: unknown) => `${quoteJson(value)}\n`;

/** Renders what the page's head says before any script has run. */
export function renderTitle(title: string): string {
  const text = quoteHtml(title);
  return `<title>${text}</title>
<meta property="og:title" content="${text}"/>
<meta itemprop="name" content="${text}"/>
<link rel="icon" href="images/favicon.ico?v=1"/>
`;
}

/** Renders the script that gives the client its name. */
export function renderScript({settings: {title}}: Branding): string {
  return `${scriptMark}${title === undefined ? '' : `interfaceConfig.APP_NAME = ${quoteJson(title)};\n`}`;
}
