import {describe, expect, test} from 'vitest';
import {readCores, readDisk, readMemory, thisHardware} from '../../../src/host/facts/hardware.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const head = 'Filesystem     1024-blocks     Used Available Capacity Mounted on\n';

describe('free disk space', () => {
  test.each([
    ['a partition', '/dev/vda1       264212084 13050920  80320760      14% /\n', 80_320_760],
    ['a name with spaces', 'my pool/data 1000 10 990       1% /var/lib/docker\n', 990],
    ['a file system without a size', 'overlay 0 0 0 - /\n', 0],
  ])('of %s', async (_name, line, kibibytes) => {
    const host = createMemoryHost({commands: {'df -Pk': head + line}});
    expect((await readDisk(host)).value).toBe(kibibytes * 1024);
  });

  test.each([
    ["Docker's directory", {'/var/lib/docker': {directory: true}}, '/var/lib/docker'],
    ['its future parent directory', {}, '/var/lib'],
    [
      'the configured directory of the daemon',
      {'/etc/docker/daemon.json': '{"data-root": "/data/docker"}', '/data/docker': {directory: true}},
      '/data/docker',
    ],
    [
      'the default directory if the configuration is invalid',
      {'/etc/docker/daemon.json': '{"data-root": 7'},
      '/var/lib',
    ],
  ] as const)('is measured in %s', async (_name, files, place) => {
    const host = createMemoryHost({files, commands: {'df -Pk': `${head}x 1 0 1 0% /\n`}});
    expect((await readDisk(host)).source).toBe(`df of ${place}`);
    expect(host.asked).toEqual([`df -Pk ${place}`]);
  });

  test('is an error if the output of df is not understood', async () => {
    const host = createMemoryHost({commands: {'df -Pk': 'a lot\n'}});
    await expect(readDisk(host)).rejects.toThrow('not understood');
  });
});

test('this machine has memory and processors', async () => {
  expect((await readMemory(thisHardware)).value).toBeGreaterThan(64 * 1024 * 1024);
  expect((await readCores(thisHardware)).value).toBeGreaterThanOrEqual(1);
});

test('a machine that reports nothing does not have zero bytes of memory', async () => {
  const silent = {memory: async () => 0, cores: async () => Number.NaN};
  await expect(readMemory(silent)).rejects.toThrow('reports no number');
  await expect(readCores(silent)).rejects.toThrow('reports no number');
});
