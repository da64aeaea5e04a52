/** Finds the directory of a process's control group in the text of /proc/PID/cgroup; there is none without the unified hierarchy. */
export function findControlGroup(memberships = ''): string | undefined {
  const [, path] = /^0::(\/.*)$/m.exec(memberships) ?? [];
  return path === undefined ? undefined : `/sys/fs/cgroup${path}`;
}
