import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';

export type AbsentImageOptions = {
  readonly name: string;
  /** The project whose containers are gone by then. */
  readonly project: string | undefined;
  readonly needs: readonly string[];
};

/** An image that is not there, unless containers of somebody else's are made from it. */
export function absentImage({name, project, needs}: AbsentImageOptions): Resource<boolean> {
  return {
    id: `image:${name}`,
    title: `Image ${name}`,
    place: 'host',
    kind: 'container-image',
    needs,
    locks: [],
    async read(host) {
      return (await host.docker.imageDigest(name)) !== undefined && !(await isUsed(host, name, project));
    },
    diff: exists => (exists ? [{change: 'remove', summary: `remove the image ${name}`}] : []),
    async apply({host}) {
      await host.run({argv: ['docker', 'image', 'rm', name]});
    },
  };
}

async function isUsed(host: Host, name: string, project = ''): Promise<boolean> {
  const format = '{{.ID}} {{.Label "com.docker.compose.project"}}';
  const {stdout} = await host.query({
    argv: ['docker', 'ps', '--all', '--filter', `ancestor=${name}`, '--format', format],
  });
  return stdout.split('\n').some(line => line !== '' && line.split(' ')[1] !== project);
}
