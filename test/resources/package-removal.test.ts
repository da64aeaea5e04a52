import {describe, expect, test} from 'vitest';
import {absentPackages} from '../../src/resources/absent-packages.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare, converge} from './work.ts';

describe('the removal of packages', () => {
  const installed = 'nginx installed\nnginx-common installed\nruby installed\nlibgone config-files\n';

  /** Makes an apt in which ruby depends on nginx-common, like nginx. */
  function createApt() {
    return createMemoryHost({
      commands: {
        'dpkg-query': installed,
        'apt-get --simulate'({argv}) {
          const names = argv.filter(word => /^(nginx|lib)/.test(word));
          const more = names.includes('nginx-common') ? ['nginx', 'ruby'] : [];
          return [...new Set([...names, ...more])].map(name => `Remv ${name} [1.0]\n`).join('');
        },
        'apt-get': '',
        stat: '',
      },
    });
  }

  const remove = (verb: 'purge' | 'remove', spared: readonly string[] = []) =>
    absentPackages({packages: ['nginx', 'nginx-common', 'libgone', 'never'], spared, verb});

  test('skips packages on which others depend', async () => {
    expect((await compare(remove('purge'), createApt())).map(({summary}) => summary)).toEqual(['purge nginx, libgone']);
    expect((await compare(remove('remove'), createApt())).map(({summary}) => summary)).toEqual(['remove nginx']);
  });

  test('includes only packages that dpkg still has installed', async () => {
    const packages = ['nginx', 'libgone', 'libmore'];
    const more = absentPackages({packages, spared: [], verb: 'remove'});
    const host = createApt();
    host.commands['apt-get --simulate'] = 'Remv nginx [1.0]\nRemv libgone [1.0]\n';
    expect((await compare(more, host)).map(({summary}) => summary)).toEqual(['remove nginx']);
  });

  test('skips packages in foreign use, with their dependencies', async () => {
    const host = createApt();
    await converge(remove('purge', ['nginx']), host);
    expect(host.changes).toEqual(['run apt-get -q -y -o Dpkg::Use-Pty=0 purge libgone']);
  });
});
