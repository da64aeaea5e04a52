import type {Entry} from './entry.ts';

/** Problems of a step, of a run, or of its process. */
export const runProblems = {
  'mirror-failed': {
    title: 'Package mirror not reachable',
    place: 'internet',
    meaning: 'apt could not download packages from a mirror.',
    remedy: 'Check that this machine reaches the mirrors in /etc/apt. If a mirror is being updated, wait some minutes.',
  },
  'image-pull-failed': {
    title: 'Container image not pulled',
    place: 'internet',
    meaning: 'Docker could not download a container image.',
    remedy: 'Check that this machine reaches the registry, then run jitsi-onebox again: it keeps finished downloads.',
  },
  'registry-unreachable': {
    title: 'Registry not reachable',
    place: 'internet',
    meaning: 'The registry does not say which image a name refers to now, so updates are not known.',
    remedy: 'Check that this machine reaches the registry and that the image exists there, then try again.',
  },
  'packages-unknown': {
    title: 'Newer packages not known',
    place: 'internet',
    meaning: 'A container that looks for newer packages of Debian did not get an answer, so no image is rebuilt.',
    remedy: 'Check that containers of this machine reach the mirrors of Debian, then try again.',
  },
  'never-idle': {
    title: 'Meetings without an end',
    place: 'host',
    meaning: 'An update waited for the end of all meetings until its limit, and gave up without a change.',
    remedy:
      'Run `jitsi-onebox update --now` again at a quiet time; with updates.mode apply, the timer does. A larger updates.wait-for-idle waits longer.',
  },
  'update-refused': {
    title: 'Update not begun',
    place: 'host',
    meaning: 'A check failed before the update. Its proof would fail too, and blame the new images for it.',
    remedy:
      'Follow the advice of `jitsi-onebox doctor` first, then run `jitsi-onebox update --now`. With `--despite CODE` it begins although that check fails.',
  },
  'update-not-restored': {
    title: 'Interrupted update not taken back',
    place: 'host',
    meaning:
      'An update ended unexpectedly, and its undo failed: some containers may run the new image, others the previous one.',
    remedy: 'Run `sudo jitsi-onebox update --recover`: it tries the undo again and shows what fails.',
  },
  'no-room': {
    title: 'No space for an update',
    place: 'host',
    meaning: 'The disk has less space than the new images need, so the update was not begun.',
    remedy: 'Free some space (`docker system df` and `df -h` show where), then run `jitsi-onebox update --now`.',
  },
  'certificate-missing': {
    title: 'Certificate not issued',
    place: 'nginx',
    meaning: 'The certificate authority did not issue a certificate. A self-signed or the previous one stays in use.',
    remedy: 'Point the domain at the public address, forward TCP port 80 to this host, and run jitsi-onebox again.',
  },
  'rehearsal-refused': {
    title: 'Rehearsal of an order refused',
    place: 'nginx',
    meaning: 'The rehearsal that acme.rehearse asks for failed at the authority, so no certificate was ordered.',
    remedy: 'Correct what the authority names, and run jitsi-onebox again: nothing counts against its limits yet.',
  },
  'site-broken': {
    title: 'Another web site broken',
    place: 'nginx',
    meaning: 'After a change, one of your other web sites no longer answered as before. The run is undone.',
    remedy: 'Give the site a server_name and a port of its own, then run jitsi-onebox again.',
  },
  'configuration-refused': {
    title: 'Configuration refused',
    place: 'host',
    meaning: 'A program did not accept a new configuration file, so the previous file was restored.',
    remedy: 'If the message is about a file of yours, correct that file first. Then run jitsi-onebox again.',
  },
  'container-unhealthy': {
    title: 'Container not healthy',
    place: 'host',
    meaning: 'A container started but did not become healthy in time.',
    remedy: 'Look at `docker logs` of the container, then run jitsi-onebox again.',
  },
  'docker-not-running': {
    title: 'Docker not running',
    place: 'host',
    meaning: 'A container image cannot be pulled because Docker is not running.',
    remedy: 'See `systemctl status docker`, start it, and run jitsi-onebox again.',
  },
  'command-failed': {
    title: 'Command failed',
    place: 'host',
    meaning: 'A command that the run started ended with an error. The problem shows its last lines of output.',
    remedy: 'Correct the cause that the output names, then run jitsi-onebox again: it continues where it stopped.',
  },
  'command-silent': {
    title: 'Command without output',
    place: 'host',
    meaning: 'A command that the run started printed nothing for too long and was ended.',
    remedy: 'Find out what it waited for (network, disk, another program), then run jitsi-onebox again.',
  },
  'foreign-link': {
    title: 'Link of somebody else',
    place: 'host',
    meaning:
      'A directory on the way to a file is a link that a container or a user could replace, so root changes nothing behind it.',
    remedy: 'Remove the link, or put the directory itself in its place.',
  },
  'disk-full': {
    title: 'Disk full',
    place: 'host',
    meaning: 'There is no space left on the disk.',
    remedy: 'Free some space (`df -h` shows where), then run jitsi-onebox again: it continues where it stopped.',
  },
  'journal-unwritable': {
    title: 'Journal incomplete',
    place: 'host',
    meaning: 'The journal of the run could not be written completely.',
    remedy: 'Check that the disk has space (`df -h /var`), then run jitsi-onebox again.',
  },
  'not-converged': {
    title: 'Change without effect',
    place: 'host',
    meaning: 'A step ended without an error, but its change is not in effect.',
    remedy: 'Find out whether another program on this machine changes the same thing, then run jitsi-onebox again.',
  },
  'package-held': {
    title: 'Package on hold',
    place: 'host',
    meaning: 'apt cannot install or remove a package that is on hold.',
    remedy:
      'Release the packages that `apt-mark showhold` lists (`apt-mark unhold NAME`), then run jitsi-onebox again.',
  },
  'packages-failed': {
    title: 'Packages not installed',
    place: 'host',
    meaning: 'apt could not install or remove packages. The problem shows its error messages.',
    remedy: 'Correct the cause that apt names, then run jitsi-onebox again.',
  },
  'port-kept': {
    title: 'Container port in use',
    place: 'host',
    meaning: 'A container does not start because another container has its port, or Docker still reserves the port.',
    remedy: 'See `docker ps`. If no container has the port, run jitsi-onebox again: it restarts Docker.',
  },
  'run-died': {
    title: 'Run ended unexpectedly',
    place: 'host',
    meaning: 'The worker process of a run is gone and reported no result, for example after a power failure.',
    remedy:
      'Start the same command again: it continues where the run stopped. `journalctl -u jitsi-onebox-apply` may show the cause.',
  },
  'seal-key-missing': {
    title: 'Key of the snapshots missing',
    place: 'host',
    meaning: 'The key that encrypts snapshots with secrets is missing, so files with passwords cannot be restored.',
    remedy: 'Restore the key from a backup of this host, or change the settings back by hand and apply them.',
  },
  'snapshot-damaged': {
    title: 'Snapshot damaged',
    place: 'host',
    meaning:
      'A copy of a former file was changed after it was written, or its key was replaced, so it is not restored.',
    remedy:
      'Restore the copy and the key from a backup of this host, or change the settings back by hand and apply them.',
  },
  'service-failed': {
    title: 'Service did not start',
    place: 'host',
    meaning: 'A systemd service did not start with its new configuration.',
    remedy: 'Look at `journalctl -u NAME` of the service, correct the cause, and run jitsi-onebox again.',
  },
  'worker-not-started': {
    title: 'Run not started',
    place: 'host',
    meaning: 'systemd did not start the worker process of the run.',
    remedy: 'See `journalctl -u jitsi-onebox-apply`, then start the command again.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
