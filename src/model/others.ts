/** What others use of what came with us: it stays when we go. */
export type Others = {
  /** Web sites in nginx. */
  readonly nginx: boolean;
  /** Containers or volumes in Docker. */
  readonly docker: boolean;
  /** Certificates of certbot, by their names. */
  readonly lineages: readonly string[];
};
