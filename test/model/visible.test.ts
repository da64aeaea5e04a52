import {expect, test} from 'vitest';
import type {AccountDesk, SiteDesk, Ui} from '../../src/model/ui.ts';
import {showVisibly} from '../../src/model/visible.ts';
import {openJsonUi} from '../../src/plain/json.ts';

const evil = 'a\x1b[2J\u202eb';
const shown = 'a\\u001b[2J\\u202eb';

/** Opens a Ui that hands out the desks it is given. */
function openDesks() {
  const given: {people?: AccountDesk; sites?: SiteDesk} = {};
  const ui: Ui = {
    ...openJsonUi({stdout: process.stdout, stderr: process.stderr, yes: false}),
    async people(desk) {
      given.people = desk;
    },
    async sites(desk) {
      given.sites = desk;
      return undefined;
    },
  };
  return {ui: showVisibly(ui), given};
}

test('names of accounts and results are made visible, and a request is carried out as it is', async () => {
  const {ui, given} = openDesks();
  const asked: unknown[] = [];
  await ui.people({
    list: async () => [evil],
    async change(request) {
      asked.push(request);
      return evil;
    },
  });
  expect(await given.people?.list()).toEqual([shown]);
  expect(await given.people?.change({action: 'add', name: evil})).toBe(shown);
  expect(asked).toEqual([{action: 'add', name: evil}]);
});

test('the texts of sites are made visible, and a request stays as it was typed', async () => {
  const {ui, given} = openDesks();
  await ui.sites({
    list: async () => [{domain: 'www.example.org', text: evil}],
    read: text => (text === 'wrong' ? evil : {action: 'remove', domain: text}),
  });
  expect(await given.sites?.list()).toEqual([{domain: 'www.example.org', text: shown}]);
  expect(given.sites?.read('wrong')).toBe(shown);
  expect(given.sites?.read(evil)).toEqual({action: 'remove', domain: evil});
});
