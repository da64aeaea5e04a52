import {execFileSync} from 'node:child_process';

/** Makes a self-signed certificate for a name. */
export const makeCertificate = ({
  name,
  certificate,
  key,
}: {
  readonly name: string;
  readonly certificate: string;
  readonly key: string;
}): void => {
  const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650'.split(' ');
  execFileSync('openssl', ['req', ...options, '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
};
