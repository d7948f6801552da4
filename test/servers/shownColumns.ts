import { isAtLeast, pgBouncerVersion } from '../../src/pools/version';

/** A column of a SHOW: its name, and where it is not in every version from 1.18 on, the first version that has it and the first that has not. */
type Column = string | readonly [name: string, since: `${number}.${number}`, until?: `${number}.${number}`];

const connection: readonly Column[] = [
  'type',
  'user',
  'database',
  ['replication', '1.23'],
  'state',
  'addr',
  'port',
  'local_addr',
  'local_port',
  'connect_time',
  'request_time',
  'wait',
  'wait_us',
  'close_needed',
  'ptr',
  'link',
  'remote_pid',
  'tls',
  'application_name',
  ['prepared_statements', '1.21'],
  ['id', '1.24'],
];

/** In wire order, from PgBouncer's sources (`admin.c`, `stats.c`, `janitor.c` of each version). */
const shown: Readonly<Record<string, readonly Column[]>> = {
  'SHOW POOLS': [
    'database',
    'user',
    'cl_active',
    'cl_waiting',
    'cl_active_cancel_req',
    'cl_waiting_cancel_req',
    'sv_active',
    'sv_active_cancel',
    'sv_being_canceled',
    'sv_idle',
    'sv_used',
    'sv_tested',
    'sv_login',
    'maxwait',
    'maxwait_us',
    'pool_mode',
    ['load_balance_hosts', '1.24'],
  ],
  'SHOW DATABASES': [
    'name',
    'host',
    'port',
    'database',
    'force_user',
    'pool_size',
    'min_pool_size',
    ['reserve_pool', '1.0', '1.24'],
    ['reserve_pool_size', '1.24'],
    ['server_lifetime', '1.23'],
    'pool_mode',
    ['load_balance_hosts', '1.24'],
    'max_connections',
    'current_connections',
    ['max_client_connections', '1.24'],
    ['current_client_connections', '1.24'],
    'paused',
    'disabled',
  ],
  'SHOW STATS': [
    'database',
    ['total_server_assignment_count', '1.23'],
    'total_xact_count',
    'total_query_count',
    'total_received',
    'total_sent',
    'total_xact_time',
    'total_query_time',
    'total_wait_time',
    ['total_client_parse_count', '1.24'],
    ['total_server_parse_count', '1.24'],
    ['total_bind_count', '1.24'],
    ['total_client_login_count', '1.26'],
    ['avg_server_assignment_count', '1.23'],
    'avg_xact_count',
    'avg_query_count',
    'avg_recv',
    'avg_sent',
    'avg_xact_time',
    'avg_query_time',
    'avg_wait_time',
    ['avg_client_parse_count', '1.24'],
    ['avg_server_parse_count', '1.24'],
    ['avg_bind_count', '1.24'],
    ['avg_client_login_count', '1.26'],
  ],
  'SHOW LISTS': ['list', 'items'],
  'SHOW STATE': [
    ['key', '1.19'],
    ['value', '1.19'],
  ],
  'SHOW CONFIG': ['key', 'value', 'default', 'changeable'],
  'SHOW CLIENTS': connection,
  'SHOW SERVERS': connection,
  'SHOW VERSION': ['version'],
};

export const everyShow: readonly string[] = Object.keys(shown);

/** What this version sends for a SHOW, in wire order; nothing where it does not have it. */
export function columnsOf(show: string, version: string): readonly string[] {
  const has = (wanted: string): boolean => {
    const { major, minor } = pgBouncerVersion(wanted);
    return isAtLeast(pgBouncerVersion(version), major, minor);
  };
  return (shown[show] ?? []).flatMap(column => {
    const [name, since, until] = typeof column === 'string' ? [column] : column;
    return (since === undefined || has(since)) && (until === undefined || !has(until)) ? [name] : [];
  });
}
