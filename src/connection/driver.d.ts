import 'pg';

// Parts of the driver's documented behaviour that its types leave out.
declare module 'pg' {
  interface QueryConfig {
    /** `extended` sends Parse, Bind and Execute even without values, so the server refuses a second statement. */
    queryMode?: 'extended';
  }
  interface ClientBase {
    /** From BackendKeyData; null before it came. Through a pooler it is the pooler's own. */
    readonly processID: number | null;
    readonly secretKey: number | null;
    /** The startup parameters besides `client_encoding`. */
    getStartupConf(): Readonly<Record<string, string>>;
  }
}
