import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import type {Facts} from '../../src/model/facts.ts';
import {readFacts} from '../../src/model/facts-json.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderCompose} from '../../src/stack/compose-file.ts';
import {findEngineObstacles, withoutTakenEngine} from '../../src/stack/engine.ts';
import {drawStack} from '../../src/stack/index.ts';
import {chooseCompose, chooseDockerPackages} from '../../src/stack/versions.ts';
import {makeFacts, makeInput} from './input.ts';

const machine = (name: string) => readFacts(readFileSync(new URL(`../machines/${name}.json`, import.meta.url), 'utf8'));
const draw = (name: string) => drawStack(makeInput({facts: machine(name)}));

type ComposeService = {readonly userns_mode?: string; readonly environment?: Readonly<Record<string, string>>};

function servicesOn(name: string): readonly ComposeService[] {
  const file = parse(renderCompose(drawBlueprint(makeInput({facts: machine(name)})).blueprint));
  return Object.values<ComposeService>(file.services);
}

/** Changes parts of the Engine of a recorded machine. */
function vary(name: string, change: object): Facts {
  const facts = machine(name);
  const {engine} = facts;
  if (engine.value === undefined) throw new Error(`${name} has no engine`);
  return {...facts, engine: {...engine, value: {...engine.value, ...change}}};
}

describe('an Engine that cannot run the containers is named with evidence and a way out', () => {
  test.each([
    ['podman-docker', 'podman 5.4.2 (package podman-docker)', /Remove the package/],
    ['docker-snap', 'snap (/snap/bin/docker)', /snap remove docker/],
    ['docker-rootless', '/run/user/1000/docker.sock', /remove the link/],
    ['iptables-false', 'iptables is false in /etc/docker/daemon.json', /restart Docker.*DOCKER-USER/s],
  ])('%s', (name, evidence, wayOut) => {
    const [problem] = draw(name).problems;
    expect(problem?.summary).toContain(evidence);
    expect(problem?.remedy).toMatch(wayOut);
  });

  test.each(['podman-docker', 'docker-snap', 'docker-rootless'])('%s: no second Docker is planned beside it', name => {
    expect(chooseDockerPackages(machine(name))).toEqual(['ca-certificates']);
  });

  test('podman’s package is removed by the printed command; a link of the owner’s is not guessed at', () => {
    expect(draw('podman-docker').problems[0]?.command).toBe('apt-get remove podman-docker');
    const {problems} = drawStack(makeInput({facts: vary('podman-docker', {origin: 'docker --version'})}));
    expect(problems).toEqual([expect.objectContaining({code: 'engine-unsupported', command: undefined})]);
  });

  test.each([
    ['binaries that nothing starts', {product: 'other', unit: null}, 'engine-unsupported'],
    ['another socket', {socket: null}, 'engine-unsupported'],
    ['broken settings', {broken: '/etc/docker/daemon.json'}, 'engine-configuration'],
    ['a stopped Engine, whose socket is not there', {socket: null, running: false}, undefined],
  ])('%s', (_name, change, code) => {
    const {problems} = drawStack(makeInput({facts: vary('userns-remap', change)}));
    expect(problems[0]?.code).toBe(code);
  });
});

test('podman-docker that is given up by name is no Engine: Docker is planned', () => {
  const facts = machine('podman-docker');
  const given = withoutTakenEngine(facts, ['podman-docker']);
  expect(findEngineObstacles(given)).toEqual([]);
  expect(chooseDockerPackages(given)).toContain('docker.io');
  expect(withoutTakenEngine(facts, ['haproxy'])).toBe(facts);
  const docker = machine('vm-behind-router');
  expect(withoutTakenEngine(docker, ['podman-docker'])).toBe(docker);
});

test('where Docker may make no rules, no plan says to restart it: its rules are the problem', async () => {
  const rules = draw('iptables-false').resources.find(({id}) => id === 'docker-rules');
  const missing = [{service: 'web', protocol: 'tcp', port: 8289, target: '172.28.0.2:8000'}];
  const state = {missing, stale: [], running: ['web']};
  const outlook = {changes: () => []};
  expect(() => rules?.diff(state, outlook)).toThrow(expect.objectContaining({code: 'engine-without-rules'}));
  const usual = draw('vm-behind-router').resources.find(({id}) => id === 'docker-rules');
  expect(usual?.diff(state, outlook)).toEqual([expect.objectContaining({change: 'restart'})]);
});

test('with remapped users, our containers keep the numbers that own their files', () => {
  expect(servicesOn('userns-remap').map(each => each.userns_mode)).toEqual(Array(5).fill('host'));
  expect(servicesOn('vm-behind-router').map(each => each.userns_mode)).toEqual(Array(5).fill(undefined));
});

test('a proxy that the client gives to containers is taken from ours', () => {
  for (const {environment} of servicesOn('docker-settings')) {
    expect(environment).toMatchObject({HTTP_PROXY: '', http_proxy: '', HTTPS_PROXY: '', https_proxy: ''});
  }
});

test("a context that leads elsewhere is a warning, with the command to see this host's containers", () => {
  const {warnings} = draw('remote-context');
  expect(warnings.map(({code}) => code)).toEqual(['engine-elsewhere']);
  expect(warnings[0]?.summary).toContain('ssh://admin@build.example.net (context build in /root/.docker/config.json)');
});

describe('Docker CE without a compose that can drive it', () => {
  test('its own plugin is planned where apt knows it', () => {
    const facts = machine('docker-ce-no-compose');
    expect(chooseDockerPackages(facts)).toEqual(['docker-compose-plugin', 'ca-certificates']);
    const old = makeFacts({compose: {argv: ['docker-compose'], version: '1.29.2'}});
    expect(chooseDockerPackages({...facts, ...old})).toEqual(['docker-compose-plugin', 'ca-certificates']);
    expect(chooseCompose('/srv/jitsi', facts).argv).toEqual(['docker', 'compose']);
  });

  test("where apt does not, Debian's 1.29 is not planned: what to install is named", () => {
    const candidates = {'docker-compose': '1.29.2-3'};
    const facts = {...machine('docker-ce-no-compose'), ...makeFacts({candidates})};
    expect(() => chooseCompose('/srv/jitsi', facts)).toThrow(
      expect.objectContaining({
        code: 'compose-too-old',
        summary: expect.stringContaining("Debian's docker-compose 1.29.2-3 does not work with Docker 29.1.2"),
        remedy: expect.stringContaining('apt-get install docker-compose-plugin'),
      }),
    );
  });
});
