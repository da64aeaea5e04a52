import type * as v from 'valibot';
import {filePath, language, line, lineOrLines} from './grammar/branding.ts';
import {httpsUrl} from './grammar/names.ts';

/** The settings of how the pages look. Without them, a file in branding/ of the stack's directory counts. */
export const brandingSettings = {
  'branding.title': optional(line, 'Title in the browser tab', 'Meet Example', 'The title in the browser tab.'),
  'branding.header.title': optional(line, 'Heading of the welcome page', 'Example', 'The heading of the welcome page.'),
  'branding.header.subtitle': {
    ...optional(
      lineOrLines,
      'Line below the heading',
      'Secure meetings',
      'The line below the heading: one text, or {en: …, nl: …}.',
    ),
    byLanguage: true,
  },
  'branding.logo.link': optional(httpsUrl, 'Link of the logo', 'https://example.org/', 'The link behind the logo.'),
  'branding.logo.file': file('Logo', '/root/logo.svg', 'The logo: SVG, PNG, JPEG or WebP, up to 1 MB.'),
  'branding.favicon': file('Icon of the browser tab', '/root/favicon.ico', 'The favicon: ICO or PNG, up to 256 kB.'),
  'branding.background': file(
    'Background of the welcome page',
    '/root/background.png',
    "The welcome page's background: PNG, JPEG or WebP, up to 5 MB.",
  ),
  'branding.deep-linking-logo': file(
    'Logo of the page for mobile phones',
    '/root/mobile.png',
    'The logo that phones show before a meeting: PNG or JPEG, up to 1 MB.',
  ),
  'branding.head': file(
    'Your HTML before Jitsi’s styles',
    '/root/head.html',
    'HTML before Jitsi’s own styles: your own code.',
  ),
  'branding.plugin-head': file(
    'Your HTML after Jitsi’s styles',
    '/root/plugin.head.html',
    'HTML after Jitsi’s own styles, such as CSS: your own code.',
  ),
  'branding.language': optional(language, 'Default language', 'nl', "The client's default language."),
} as const;

function file(title: string, example: string, help: string) {
  return optional(filePath, title, example, help);
}

function optional<Schema extends v.GenericSchema>(schema: Schema, title: string, example: string, help: string) {
  return {schema, optional: true, example, help, question: {group: 'Branding', title}} as const;
}
