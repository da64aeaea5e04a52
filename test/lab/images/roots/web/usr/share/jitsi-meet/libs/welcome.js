// Shows a participant what the real client makes of its branding: title, texts in their language, logo with its link, background.
const ask = path => fetch(path).then(answer => answer.json());

/** As the real client: what the browser prefers of the languages there are, else what config.js says. */
const chooseLanguage = () =>
  navigator.languages.map(name => name.split('-')[0]).find(name => ['en', 'nl', 'fr', 'de'].includes(name)) ??
  config.defaultLanguage ??
  'en';

const findBranding = async () => {
  const usual = {
    logoImageUrl: interfaceConfig.DEFAULT_WELCOME_PAGE_LOGO_URL,
    logoClickUrl: interfaceConfig.JITSI_WATERMARK_LINK,
  };
  return config.dynamicBrandingUrl ? ask(config.dynamicBrandingUrl).catch(() => ({})) : usual;
};

const page = `
  <a class="watermark" target="_new" hidden><div></div></a>
  <div class="welcome"><div class="header">
    <h1 class="header-text-title"></h1>
    <span class="header-text-subtitle"></span>
  </div></div>`;

const show = async () => {
  document.querySelector('#react').insertAdjacentHTML('beforeend', page);
  document.title = interfaceConfig.APP_NAME;
  const language = chooseLanguage();
  const [own, {labels = {}, logoImageUrl, logoClickUrl}] = await Promise.all([
    ask(language === 'en' ? 'lang/main.json' : `lang/main-${language}.json`),
    findBranding(),
  ]);
  const texts = labels[language] ? await ask(labels[language]) : {};
  const {headerTitle, headerSubtitle} = {...own.welcomepage, ...texts.welcomepage};
  document.querySelector('.header-text-title').textContent = headerTitle;
  document.querySelector('.header-text-subtitle').textContent = headerSubtitle;
  const logo = document.querySelector('.watermark');
  logo.hidden = !logoImageUrl;
  if (logoClickUrl) logo.href = logoClickUrl;
  if (logoImageUrl) logo.firstElementChild.style.backgroundImage = `url(${logoImageUrl})`;
};

addEventListener('DOMContentLoaded', () => void show());
