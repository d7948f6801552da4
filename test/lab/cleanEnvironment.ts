const strangers = /^(?:PG|VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|INIT_CWD$)/;

/** This process's environment without what would steer an editor or a PostgreSQL client in it, and with `additions`. */
export function cleanEnvironment(additions: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !strangers.test(name));
  return { ...Object.fromEntries(own), ...additions };
}
