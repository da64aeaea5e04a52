/**
 * The lab's places in the network; `host` is the guest's. The cables meet in `switch`, which has no packet filter: where
 * br_netfilter is loaded, a bridge in the router's own place would have neighbours' packets filtered and rewritten there.
 */
export const namespaces = ['switch', 'internet', 'outside', 'router', 'lan', 'host'] as const;
export type Namespace = (typeof namespaces)[number];

/** Where the kernel shows a namespace of the lab. */
export function namespacePath(namespace: Namespace): string {
  return `/run/netns/onebox-${namespace}`;
}
