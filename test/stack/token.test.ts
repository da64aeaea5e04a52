import {createHmac} from 'node:crypto';
import {expect, test} from 'vitest';
import {Secret} from '../../src/model/secret.ts';
import {makeToken} from '../../src/stack/token.ts';

const tokens = {id: 'jitsi', issuers: ['one', 'two'], audience: ['here']};
const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

test('a token has the form and the claims that Prosody reads, and a signature of its secret', () => {
  const claims = {name: 'Änna', room: 'Daily', isModerator: true, from: 1000, until: 2000};
  const [header, payload, signature] = makeToken(claims, tokens, new Secret('s3cret')).reveal().split('.');
  expect(read(header)).toEqual({alg: 'HS256', typ: 'JWT'});
  expect(read(payload)).toEqual({
    iss: 'one',
    aud: 'here',
    sub: '*',
    room: 'daily',
    iat: 1000,
    exp: 2000,
    context: {user: {name: 'Änna', moderator: true, affiliation: 'owner'}},
  });
  expect(signature).toBe(createHmac('sha256', 's3cret').update(`${header}.${payload}`).digest('base64url'));
});

test('without a room it opens every room, and it makes nobody a moderator', () => {
  const token = makeToken({name: 'b', isModerator: false, from: 1, until: 2}, tokens, new Secret('x'));
  expect(read(token.reveal().split('.')[1])).toMatchObject({room: '*', context: {user: {moderator: false}}});
  expect(`${token} ${JSON.stringify({token})}`).toBe('••• {"token":"•••"}');
});
