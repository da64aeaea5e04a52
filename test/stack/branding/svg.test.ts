import {expect, test} from 'vitest';
import {findSvgFault} from '../../../src/stack/branding/svg.ts';

const svg = (inner: string, attributes = '') => `<svg xmlns="http://www.w3.org/2000/svg"${attributes}>${inner}</svg>`;
const link = 'xmlns:xlink="http://www.w3.org/1999/xlink"';

test.each([
  svg('<circle cx="5" cy="5" r="5"/>'),
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n${svg('\n')}\n<!-- end -->\n`,
  `\ufeff<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">${svg('')}`,
  svg(`<title>A &amp; B &#169; &lt;script&gt; 字</title><text x='1'>url</text>`),
  svg('<defs><linearGradient id="a"/></defs><path fill="url(#a)" style="fill: url(\'#a\')"/>'),
  svg('<style><![CDATA[.a > .b {fill: url("#a")}]]></style>'),
  svg(`<use xlink:href="#a" ${link}/><image href="data:image/png;base64,AAAA"/>`),
  svg('<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""/></metadata>'),
])('%s is good', text => {
  expect(findSvgFault(text)).toBeUndefined();
});

test.each([
  ['', 'is not one'],
  ['<svg>', 'is not closed'],
  [svg('<g>'), 'closes nothing'],
  [svg('</g>'), 'closes nothing'],
  [`${svg('')}<svg/>`, 'is not one'],
  [`${svg('')}x`, 'text outside'],
  ['<html/>', 'is not one'],
  ['<svg/>', 'lacks xmlns'],
  [svg('<g a=b/>'), 'is not well-formed near "<g a=b/>'],
  [svg('<g a="1" a="2"/>'), 'a is there twice'],
  [svg('a < b'), 'is not well-formed near'],
  [svg('A & B'), 'has an unknown entity'],
  [svg('&x;'), 'has an unknown entity'],
  [`<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('')}`, 'is not well-formed near "<!DOCTYPE'],
  [`<?xml-stylesheet href="https://example.org/a.css"?>${svg('')}`, 'is not well-formed near "<?xml-stylesheet'],
  [svg('<script>alert(1)</script>'), 'contains <script>'],
  [svg('<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>'), 'contains <x:script>'],
  [svg('<foreignObject/>'), 'contains <foreignObject>'],
  [svg('', ' onload="alert(1)"'), 'runs a script in onload'],
  [svg('<a href="https://example.org/"/>'), 'refers to something outside in href'],
  [svg(`<a xlink:href="&#106;avascript:alert(1)" ${link}/>`), 'refers to something outside in xlink:href'],
  [svg('<image href="data:image/svg+xml;base64,AAAA"/>'), 'refers to something outside in href'],
  [svg('<set attributeName="href" to="javascript:alert(1)"/>'), 'refers to something outside in attributeName'],
  [svg('<path fill="url(https://example.org/#a)"/>'), 'in its styles'],
  [svg('<style>@import "https://example.org/a.css";</style>'), 'in its styles'],
  [svg('<style>.a {fill: &#117;rl(//example.org)}</style>'), 'in its styles'],
  [svg('<style><![CDATA[.a {fill: u\\72l(//example.org)}]]></style>'), 'in its styles'],
  [svg('<g xml:base="https://example.org/"/>'), 'refers to something outside in xml:base'],
])('%s is refused', (text, fault) => {
  expect(findSvgFault(text)).toContain(fault);
});

test('a large file is judged in little time', () => {
  const large = svg(`<path d="${'M0 0 '.repeat(100_000)}"/>${'<g fill="#000"/>'.repeat(20_000)}`);
  const start = performance.now();
  expect(findSvgFault(large)).toBeUndefined();
  expect(findSvgFault(`${large}<g ${'a="1" '.repeat(50_000)}`)).toContain('is not well-formed near');
  expect(performance.now() - start).toBeLessThan(2000);
});
