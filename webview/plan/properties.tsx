import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { visibleText } from '../kit/visibleText';
import { sortProperties, valueText } from './values';
import type { Property } from './values';

/** A value longer than this is shown in part until the reader asks for all of it. */
const longValue = 2000;
/** A value of this many lines is as high as its box may be. */
const highValue = 12;

/**
 * Keys and values as the server gave them, known and unknown, as text that can be selected and copied. Those that the reader
 * has seen already are behind a line of their own, since there they are rounded.
 */
export function Properties({
  title,
  properties,
  underFigures,
}: {
  readonly title: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Keys of `properties` that are shown as figures. */
  readonly underFigures: readonly string[];
}): JSX.Element | null {
  const entries = Object.entries(properties);
  if (entries.length === 0) {
    return null;
  }
  const seen = entries.filter(([key]) => underFigures.includes(key));
  const { telling, zero, no } = sortProperties(entries.filter(([key]) => !underFigures.includes(key)));
  return (
    <div class="properties">
      <h3>{title}</h3>
      <dl>
        <Values entries={telling} />
        <Names label="0" names={zero} />
        <Names label="false" names={no} />
      </dl>
      {seen.length > 0 && (
        <details>
          <summary>{seen.length} more, shown under Figures</summary>
          <dl>
            <Values entries={seen} />
          </dl>
        </details>
      )}
    </div>
  );
}

function Values({ entries }: { readonly entries: readonly Property[] }): JSX.Element {
  return (
    <>
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt>{visibleText(key)}</dt>
          <dd>
            <Value name={key} value={value} />
          </dd>
        </div>
      ))}
    </>
  );
}

/** All the properties that have one and the same empty value, in one line. */
function Names({ label, names }: { readonly label: string; readonly names: readonly string[] }): JSX.Element | null {
  return names.length === 0 ? null : (
    <div class="names">
      <dt>{visibleText(names.join(', '))}</dt>
      <dd>{label}</dd>
    </div>
  );
}

function Value({ name, value }: { readonly name: string; readonly value: unknown }): JSX.Element {
  const [whole, setWhole] = useState(false);
  const text = valueText(value);
  const isCut = text.length > longValue;
  return (
    <>
      <ValueText name={name} text={isCut && !whole ? `${text.slice(0, longValue)}…` : text} />
      {isCut && (
        <button
          type="button"
          class="more"
          onClick={() => {
            setWhole(!whole);
          }}
        >
          {whole ? 'Show less' : `Show all ${text.length} characters`}
        </button>
      )}
    </>
  );
}

/** What may be higher than its box scrolls there, and then can be reached with the keyboard. */
function ValueText({ name, text }: { readonly name: string; readonly text: string }): JSX.Element {
  return text.length > 500 || text.split('\n', highValue).length === highValue ? (
    <div class="value long" dir="auto" role="group" aria-label={visibleText(name)} tabIndex={0}>
      {text}
    </div>
  ) : (
    <div class="value" dir="auto">
      {text}
    </div>
  );
}
