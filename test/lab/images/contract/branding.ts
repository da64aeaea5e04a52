import {readAssets} from '../../../../src/host/assets.ts';
import {type Definition, PLACE, RIGHT} from './definition.ts';
import {demand, demandScript, type Guest, waitFor} from './guest.ts';

const URL = 'https://meet.example.test/static/branding/branding.json';
const SECONDS = 10;

/** A web container with branding as the program makes it; seen on the real images were the script, the directory and the URL. */
export const BRANDED_WEB: Definition = {
  ...RIGHT.web,
  environment: {...RIGHT.web.environment, DYNAMIC_BRANDING_URL: URL, DEFAULT_LANGUAGE: 'nl'},
  volumes: [`${PLACE}/branded:/config:ro`, `${PLACE}/branding:/usr/share/jitsi-meet/static/branding:ro`],
};

/** Where each text has to be found, once the files are there. */
const EXPECTED: readonly (readonly [path: string, text: string])[] = [
  ['config.js', `config.dynamicBrandingUrl = '${URL}';`],
  ['config.js', "config.defaultLanguage = 'nl';"],
  ['interface_config.js', 'interfaceConfig.APP_NAME = "A";'],
  ['', 'interfaceConfig.APP_NAME = "A";'],
  ['', '<title>A</title>'],
  ['', 'plugin A'],
  ['room', 'plugin A'],
  ['images/favicon.ico', 'icon A'],
  ['images/watermark.svg', '<svg'],
];

/** Puts the files into the guest before the container starts. */
export const prepareBranding = async (guest: Guest): Promise<void> => {
  await demandScript(guest, `mkdir -p ${PLACE}/branded/nginx-custom ${PLACE}/branding`);
  const files = {
    'branded/nginx-custom/branding.conf': readAssets()('web/branding.conf'),
    'branded/custom-interface_config.js': 'interfaceConfig.APP_NAME = "A";\n',
    'branding/title.html': '<title>A</title>',
    'branding/favicon.ico': 'icon A',
  };
  for (const [name, text] of Object.entries(files)) {
    await demand(guest, ['sh', '-ec', `cat > ${PLACE}/${name}`], text);
  }
};

/** Returns the first text that the container does not serve where it should; a file that comes while it runs counts at once. */
export const findMissingBranding = async (guest: Guest, name: string): Promise<string | undefined> => {
  const get = async (path: string) =>
    (await guest(['docker', 'exec', name, 'curl', '--silent', `http://127.0.0.1:8000/${path}`])).stdout;
  await waitFor(SECONDS, async () => (await get('')) !== '');
  await demand(guest, ['sh', '-ec', `cat > ${PLACE}/branding/plugin.head.html`], 'plugin A');
  for (const [path, text] of EXPECTED) {
    const found = await get(path);
    if (!found.includes(text)) {
      return `/${path} has no ${text}: ${found.slice(0, 100)}`;
    }
  }
  return undefined;
};
