import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import type { Consoles } from '../../connection/consoles';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import { askModal } from '../../editor/askModal';
import { runCommand } from '../../editor/commands';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { plainLabel } from '../../editor/plainText';
import { withCancellableProgress } from '../../editor/progress';
import { explainQuestion } from '../../workers/explainQuestion';
import { lookFailure } from '../../workers/look';
import type { Fleet } from '../fleet';
import { statementBehind } from '../join';
import type { PooledConnection } from '../model';
import { nodeTarget } from '../nodeIds';
import { readJoin } from '../readJoin';
import { candidates, type ServerMapping } from '../serverMapping';

export interface ServerBehindUi {
  readonly fleet: Fleet;
  readonly consoles: Consoles;
  readonly sessions: Sessions;
  readonly connections: ConnectionChoice;
  readonly mapping: ServerMapping;
  readonly log: Log;
}

/** From a client of PgBouncer to the PostgreSQL backend that works for it. */
export class ServerBehind {
  constructor(private readonly ui: ServerBehindUi) {}

  /** Asks which connection leads to the server behind a database of PgBouncer, which its console does not say. */
  async map(node: unknown): Promise<Profile | null> {
    const target = nodeTarget(node);
    if (!target || !('database' in target)) {
      return null;
    }
    const instance = this.ui.fleet.instance(target.instance);
    const database = instance?.poller.state.data?.snapshot.databases.find(({ name }) => name === target.database);
    if (!instance || !database) {
      this.tell(`What “${target.database}” leads to is not known yet.`);
      return null;
    }
    const profiles = candidates(this.ui.connections.profiles, instance.profile, database);
    if (profiles.length === 0) {
      this.tell('There is no connection to PostgreSQL itself. Add one to the server behind this PgBouncer.');
      return null;
    }
    const known = this.ui.mapping.of(instance.profile, target.database, this.ui.connections.profiles);
    const picked = await vscode.window.showQuickPick(
      profiles.map(profile => ({
        label: plainLabel(profile.name),
        description: profile.name === known?.name ? 'chosen' : '',
        detail: plainLabel(`${profile.user}@${profile.host}:${String(profile.port)}/${profile.database}`),
        profile,
      })),
      {
        title: `The server behind ${target.database} of ${instance.profile.name}`,
        placeHolder: `PgBouncer connects to ${database.host ?? 'a Unix socket'}:${String(database.port)}/${database.database}. Which connection leads there?`,
      },
    );
    if (picked) {
      await this.ui.mapping.map(instance.profile, target.database, picked.profile);
    }
    return picked?.profile ?? null;
  }

  /** Shows the plan of what the backend behind a client runs now, if the match is proven and its text whole. */
  async explain(node: unknown): Promise<void> {
    const target = nodeTarget(node);
    const instance = target?.kind === 'connection' ? this.ui.fleet.instance(target.instance) : undefined;
    const client = target?.kind === 'connection' ? this.clientOf(target.instance, target.of, target.key) : undefined;
    if (target?.kind !== 'connection' || !instance || !client) {
      return this.tell('This client is gone. The view shows those that are there.');
    }
    const { profile } = instance;
    const known = this.ui.mapping.of(profile, client.database, this.ui.connections.profiles);
    const postgres = known ?? (await this.map(node));
    if (!postgres) {
      return;
    }
    const services = { ...this.ui, locale: vscode.env.language };
    const stop = new AbortController();
    try {
      const join = await withCancellableProgress(
        `Looking behind ${profile.name}`,
        signal => readJoin(services, { console: profile, client, postgres }, signal),
        stop,
      );
      if (!join?.backend) {
        return this.tell(join?.sentence ?? 'This client is gone.');
      }
      const statement = statementBehind(join.backend);
      if (!statement.ok) {
        return this.tell(statement.sentence);
      }
      const { database, user } = join.backend;
      if (database !== postgres.database) {
        return this.tell(
          `It runs in the database ${database ?? ''}, and “${postgres.name}” leads to ${postgres.database}. Add a connection to it, and tell that it is behind ${client.database}.`,
        );
      }
      if (await this.mayExplain(statement.sql, user, postgres.user)) {
        await runCommand('_planpool.explainText', {
          text: statement.sql,
          connection: postgres.name,
          normalized: false,
        });
      }
    } catch (error) {
      if (!stop.signal.aborted) {
        this.tell(lookFailure(error, postgres));
      }
    }
  }

  /** The client itself, or the one that a server connection works for. */
  private clientOf(instance: string, of: 'clients' | 'servers', key: string): PooledConnection | undefined {
    const look = this.ui.fleet.instance(instance)?.poller.state.data;
    const found = look?.[of]?.find(({ id, pointer }) => String(id ?? pointer) === key);
    return of === 'clients' ? found : look?.clients?.find(({ pointer }) => pointer === found?.link);
  }

  /** Planning another role's statement can run that role's functions. */
  private async mayExplain(text: string, user: string | null, own: string): Promise<boolean> {
    const question = explainQuestion({ text, user }, own);
    return (
      question === null || (await askModal({ ...question, answers: ['Explain'], decline: 'Do Nothing' })) === 'Explain'
    );
  }

  private tell(sentence: string): void {
    notify('warning', sentence, [], this.ui.log);
  }
}
