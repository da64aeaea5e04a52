import {describe, expect, test} from 'vitest';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderMeetSite, renderTurnSite} from '../../src/stack/nginx.ts';
import {assets, makeInput} from '../stack/input.ts';

const {blueprint} = drawBlueprint(makeInput());
const sites = {
  meet: renderMeetSite(blueprint, assets),
  turn: renderTurnSite({...blueprint, turnDomain: blueprint.turnDomain ?? ''}, assets),
};

describe.each(Object.entries(sites))('l3: the %s site', (_name, text) => {
  test('uses no name or address that the client chose', () => {
    expect(text).not.toMatch(/\$(host|http_host|http_x_forwarded_for|proxy_add_x_forwarded_for)\b/);
  });

  test('shows no version in any of its servers', () => {
    expect(text.match(/^\tserver_tokens off;$/gm)).toHaveLength(text.match(/^server \{$/gm)?.length ?? 0);
  });
});
