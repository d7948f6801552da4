import type { PooledConnection } from '../../../src/pools/model';

/** A client that has a query running on the server connection of `serverOf`, but for what is told. */
export function clientOf(fields: Partial<PooledConnection> = {}): PooledConnection {
  return {
    kind: 'client',
    database: 'shop',
    user: 'app',
    state: 'active',
    address: '10.0.0.5',
    port: 50_000,
    localAddress: '10.0.0.1',
    localPort: 6432,
    connectTime: '2026-01-02 03:04:05 UTC',
    requestTime: '2026-01-02 03:04:06 UTC',
    waitUs: 0,
    closeNeeded: false,
    pointer: '0xc1',
    link: '0x51',
    remotePid: null,
    tls: '',
    application: 'web',
    id: 1,
    shown: {},
    ...fields,
  };
}

/** A server connection in use by the client of `clientOf`, but for what is told. */
export function serverOf(fields: Partial<PooledConnection> = {}): PooledConnection {
  return clientOf({
    kind: 'server',
    address: '10.0.0.2',
    port: 5432,
    localPort: 5000,
    pointer: '0x51',
    link: '0xc1',
    remotePid: 100,
    ...fields,
  });
}
