import {ask, guest, imageOf} from './lab.ts';

/** Installs packages in the guest, without those that they only recommend. */
export const installPackages = (packages: string) =>
  guest(`apt-get -qq update && apt-get -qq -y install --no-install-recommends ${packages} 2>&1`);

/** The packages of the Engine and its client; some releases of Debian separate them. */
export const docker = 'docker.io $(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli)';

/** Gives the guest an nginx with a user's web site in place of Debian's. */
export async function settleSite(name: string): Promise<void> {
  const answer = 'location / { return 200 "my own site\\n"; default_type text/plain; }';
  await installPackages('nginx');
  await guest(
    'rm -f /etc/nginx/sites-enabled/default; cat > /etc/nginx/sites-available/own',
    `server { listen 80; ${name} ${answer} }`,
  );
  await guest('ln -s ../sites-available/own /etc/nginx/sites-enabled/own && systemctl restart nginx');
}

const container = `docker run --detach --name own --restart always --read-only --tmpfs /run:size=32M,mode=1750,exec,uid=1000,gid=1000 --tmpfs /tmp --env PUBLIC_URL=https://own.example.test --env DISABLE_HTTPS=1 --publish 8080:8000 ${imageOf('web')} 2>&1`;

/** Gives the guest a user's web site in nginx and a user's container, and waits until both answer. */
export async function settleOthers(): Promise<void> {
  await settleSite('server_name own.example.test;');
  await installPackages(docker);
  await guest(container);
  await guest("timeout 60 sh -c 'until curl -sf --max-time 2 http://127.0.0.1:8080/ >/dev/null; do sleep 0.2; done'");
}

/** Requests to the user's site and container that go on until they are stopped. */
export type Knocking = {stop(): Promise<{readonly asked: number; readonly failed: readonly string[]}>};

const log = '/root/knocking.log';
const knocker = `while :; do
  for url in "http://own.example.test/ --resolve own.example.test:80:127.0.0.1" http://127.0.0.1:8080/; do
    answer=$(curl -sS -o /dev/null -w "%{http_code}" --max-time 2 $url 2>&1)
    echo "$(date +%T.%N) $url $answer" >> ${log}
  done
  sleep 0.2
done
`;

/** Requests both every 200 ms in the guest itself, until it is stopped. */
export async function keepKnocking(): Promise<Knocking> {
  await guest('cat > /root/knock.sh', knocker);
  await guest('systemd-run --quiet --collect --unit=knock sh /root/knock.sh');
  return {
    async stop() {
      await ask('guest', ['systemctl', 'stop', 'knock']);
      const lines = (await guest(`cat ${log}`)).split('\n');
      return {asked: lines.length, failed: lines.filter(line => !line.endsWith(' 200'))};
    },
  };
}
