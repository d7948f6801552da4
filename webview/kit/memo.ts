import { Component, h } from 'preact';
import type { FunctionComponent, JSX } from 'preact';

/** The component, drawn again only when one of its properties is another value. For rows of which most stay as they are. */
export function memo<P extends object>(Inner: FunctionComponent<P>): new (props: P) => Component<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now: Readonly<Record<string, unknown>> = { ...this.props };
      const then: Readonly<Record<string, unknown>> = { ...next };
      return Object.keys({ ...now, ...then }).some(key => now[key] !== then[key]);
    }

    override render(): JSX.Element {
      return h(Inner, this.props);
    }
  };
}
