/** A pool's identity within one instance. */
export function poolKey({ database, user }: { readonly database: string; readonly user: string }): string {
  return JSON.stringify([database, user]);
}
