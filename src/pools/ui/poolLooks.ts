import * as vscode from 'vscode';
import type { ConnectionChoice } from '../../connection/connectionChoice';
import type { Consoles } from '../../connection/consoles';
import type { Profile } from '../../connection/profile';
import type { Sessions } from '../../connection/sessions';
import { clock } from '../../editor/clock';
import type { Log } from '../../editor/log';
import { notify } from '../../editor/notify';
import { plainLabel } from '../../editor/plainText';
import { withCancellableProgress } from '../../editor/progress';
import { redact } from '../../editor/redact';
import { lookFailure } from '../../workers/look';
import { asCsv, asJson, asTable, type CopiedTable } from '../copyAs';
import { copiedOf } from '../copiedNode';
import type { Fleet } from '../fleet';
import { checkHealth, type LayerResult } from '../healthCheck';
import { healthReport } from '../healthReport';
import { incidentMarkdown } from '../incident';
import type { Instance } from '../instance';
import { instanceOfNode, nodeTarget } from '../nodeIds';
import { readIncident } from '../readIncident';
import { pooledProfiles, type ServerMapping } from '../serverMapping';
import type { Thresholds } from '../thresholds';
import { noTrends } from '../trends';
import type { PoolsView } from './poolsView';

export interface PoolLooksUi {
  readonly view: PoolsView;
  readonly fleet: Fleet;
  readonly consoles: Consoles;
  readonly sessions: Sessions;
  readonly connections: ConnectionChoice;
  readonly mapping: ServerMapping;
  readonly thresholds: () => Thresholds;
  readonly log: Log;
}

type CopyFormat = 'table' | 'csv' | 'json';

const formats: Readonly<Record<CopyFormat, (table: CopiedTable) => string>> = {
  table: asTable,
  csv: asCsv,
  json: asJson,
};

const copiedMs = 4000;
/** For each layer of a health check. */
const layerTimeoutMs = 5000;

/** What reads and changes nothing: copying rows, checking health layer by layer, writing down an incident. */
export class PoolLooks {
  constructor(private readonly ui: PoolLooksUi) {}

  async copy(format: CopyFormat, node: unknown): Promise<void> {
    const name = instanceOfNode(node);
    const target = nodeTarget(node);
    const instances = target?.kind === 'label' ? this.labelled(target.label) : this.named(name);
    const table = copiedOf(
      target,
      instances.flatMap(({ profile, poller }) =>
        poller.state.data ? [{ instance: profile.name, look: poller.state.data }] : [],
      ),
    );
    if (!table) {
      return notify('warning', 'There is nothing to copy here yet.', [], this.ui.log);
    }
    await vscode.env.clipboard.writeText(formats[format](table));
    vscode.window.setStatusBarMessage(`$(copy) ${String(table.rows.length)} rows copied`, copiedMs);
  }

  /** Checks from the outside in, and shows what was found in a document of its own. */
  async checkHealth(node: unknown): Promise<void> {
    const instance = this.instanceOf(node) ?? (await this.choose());
    if (!instance) {
      return;
    }
    const { profile } = instance;
    const { consoles, sessions, log } = this.ui;
    const targets = { console: profile, ...this.behind(instance) };
    const services = {
      consoles,
      sessions,
      clock,
      locale: vscode.env.language,
      timeoutMs: layerTimeoutMs,
      mayAsk: true,
    };
    const results: LayerResult[] = [];
    const stop = new AbortController();
    try {
      await withCancellableProgress(
        `Checking ${profile.name}`,
        async signal => {
          for await (const result of checkHealth(services, targets, signal)) {
            results.push(result);
          }
        },
        stop,
      );
    } catch (error) {
      if (!stop.signal.aborted) {
        throw error;
      }
    }
    const { sentence, report } = healthReport(profile, results, vscode.env.language);
    log.info(report);
    const kind = results.some(({ ok }) => ok === false) ? 'warning' : 'information';
    notify(kind, sentence, [{ title: 'Show All Layers', run: () => showDocument('plaintext', report) }], log);
  }

  /** Writes down what is known of an instance and the servers behind it now, as Markdown in a new editor. */
  async writeIncident(node: unknown): Promise<void> {
    const instance = this.instanceOf(node) ?? (await this.choose());
    if (!instance) {
      return;
    }
    const { profile, poller } = instance;
    const { consoles, sessions, connections, mapping, thresholds, view, log } = this.ui;
    const locale = vscode.env.language;
    const services = {
      consoles,
      sessions,
      nowMs: Date.now,
      postgresOf: (database: string) => mapping.of(profile, database, connections.profiles),
      thresholds: thresholds(),
      locale,
    };
    const background = {
      trends: poller.state.data?.trends ?? noTrends,
      pausedByKill: view.pausedByKillOf(profile.name),
    };
    const stop = new AbortController();
    try {
      const incident = await withCancellableProgress(
        `Looking at ${profile.name}`,
        signal => readIncident(services, profile, signal, background),
        stop,
      );
      await showDocument('markdown', incidentMarkdown(incident, { redact, locale }));
    } catch (error) {
      if (!stop.signal.aborted) {
        notify('error', lookFailure(error, profile), [], log);
      }
    }
  }

  /** The connection through one of its pools and the one to the server behind that, as far as the user has told. */
  private behind({ profile, poller }: Instance): { pooled: Profile | null; postgres: Profile | null } {
    const { connections, mapping } = this.ui;
    const databases = poller.state.data?.snapshot.databases ?? [];
    for (const { name } of databases) {
      const [pooled] = pooledProfiles(connections.profiles, profile, name);
      const postgres = mapping.of(profile, name, connections.profiles);
      if (pooled || postgres) {
        return { pooled: pooled ?? null, postgres };
      }
    }
    return { pooled: null, postgres: null };
  }

  private instanceOf(node: unknown): Instance | undefined {
    const name = instanceOfNode(node);
    return name === null ? undefined : this.ui.fleet.instance(name);
  }

  private named(name: string | null): readonly Instance[] {
    return this.ui.fleet.instances.filter(({ profile }) => profile.name === name);
  }

  private labelled(label: string): readonly Instance[] {
    return this.ui.fleet.instances.filter(({ profile }) => profile.label === label);
  }

  private async choose(): Promise<Instance | undefined> {
    const { instances } = this.ui.fleet;
    if (instances.length <= 1) {
      if (instances.length === 0) {
        notify('warning', 'There is no PgBouncer console among the connections.', [], this.ui.log);
      }
      return instances[0];
    }
    const items = instances.map(instance => ({
      label: plainLabel(instance.profile.name),
      description: plainLabel(instance.profile.label ?? ''),
      instance,
    }));
    return (await vscode.window.showQuickPick(items, { placeHolder: 'Which PgBouncer?' }))?.instance;
  }
}

async function showDocument(language: string, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document, { preview: true });
}
