import type { JSX, RefObject } from 'preact';
import type { Plan, PlanNode } from '../../src/plan/model';
import { visibleText } from '../kit/visibleText';
import { nodeFigures, queryFigures } from './detailFigures';
import type { Figure } from './detailFigures';
import { Properties } from './properties';
import { processesOf } from './rows';
import { WorkersTable } from './workersTable';
import { processes } from './words';

export interface DetailsProps {
  readonly plan: Plan;
  readonly node: PlanNode;
  /** `server_version_num`. */
  readonly serverVersion: number;
  readonly locale: string;
  readonly heading: RefObject<HTMLHeadingElement | null>;
  /** Escape: the reader goes back to the tree. */
  readonly onLeave: () => void;
}

/** Everything that is known of one node. */
export function Details({ plan, node, serverVersion, locale, heading, onLeave }: DetailsProps): JSX.Element {
  const query = plan.queries.find(({ root }) => root === node.id);
  const figures = nodeFigures(plan, node, locale);
  return (
    <section
      class="details"
      aria-label="Details of the selected step"
      tabIndex={0}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onLeave();
        }
      }}
    >
      <h2 ref={heading} tabIndex={-1}>
        <span>{visibleText(node.name)}</span>
        {node.object !== null && <bdi class="object">{visibleText(node.object)}</bdi>}
      </h2>
      <p class="sentence">{sentence(plan, node)}</p>
      <div class="columns">
        <Figures title="Figures" kind="step" figures={figures} />
        {query && <Figures title="Statement" kind="statement" figures={queryFigures(query, locale)} />}
        {node.workers.length > 0 && <WorkersTable node={node} serverVersion={serverVersion} locale={locale} />}
        <Properties
          title="As PostgreSQL printed it"
          properties={node.properties}
          underFigures={figures.flatMap(({ property }) => property ?? [])}
        />
        {query && (
          <Properties
            title="Of the whole statement"
            properties={{ ...query.settings, ...query.properties }}
            underFigures={[]}
          />
        )}
      </div>
    </section>
  );
}

function sentence(plan: Plan, node: PlanNode): string {
  const region = node.region === null ? undefined : plan.regions[node.region];
  const parts = [node.subplanName === null ? '' : `${visibleText(node.subplanName)}. `];
  if (node.actual?.loops === 0) {
    parts.push('Never executed. ');
  }
  if (region === undefined) {
    parts.push(plan.regions.length === 0 ? 'One process executes this step.' : 'Only the leader executes this step.');
  } else if (region.gather === node.id) {
    parts.push(`Gathers the rows of ${processes(region.processes)} in the leader.`);
  } else {
    parts.push(`In a parallel region: ${processes(processesOf(plan, node))} execute this step.`);
  }
  return parts.join('');
}

interface FiguresProps {
  readonly title: string;
  readonly kind: 'step' | 'statement';
  readonly figures: readonly Figure[];
}

function Figures({ title, kind, figures }: FiguresProps): JSX.Element | null {
  return figures.length === 0 ? null : (
    <div class={`figures ${kind}`}>
      <h3>{title}</h3>
      <dl>
        {figures.map(({ label, value, derivation }) => (
          <div key={label} title={derivation ?? undefined}>
            <dt>{label}</dt>
            <dd>
              {value}
              {derivation !== null && <span class="derivation"> = {derivation}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
