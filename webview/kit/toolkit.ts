import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import { h } from 'preact';
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * The controls of `@vscode/webview-ui-toolkit` that pages use, as components with the few properties they need. This is the
 * only file that knows the toolkit, so that another set of controls can take its place by changing this file.
 */

/** Must have run before one of the controls is drawn. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing());
}

export interface ButtonProps {
  readonly appearance: 'primary' | 'secondary';
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

export function Button({ appearance, disabled = false, onClick, children }: ButtonProps): JSX.Element {
  return h('vscode-button', { appearance, disabled, onClick }, children);
}

/** One of the choices. */
export interface DropdownOption {
  readonly value: string;
  /** As it is shown; the value itself when left out. */
  readonly text?: string;
  readonly tooltip: string;
}

export interface DropdownProps {
  /** Accessible name. */
  readonly label: string;
  readonly options: readonly DropdownOption[];
  readonly value: string;
  /** Id of an element that says more about the value. */
  readonly describedBy: string | undefined;
  readonly onChange: (value: string) => void;
}

type DropdownElement = HTMLElement & { value: string };

export function Dropdown({ label, options, value, describedBy, onChange }: DropdownProps): JSX.Element {
  const element = useRef<DropdownElement>(null);
  const optionsKey = options.map(option => option.value).join('\n');
  // The element takes its options in after they are attached, and forgets a value that it was given before.
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (element.current) {
        element.current.value = value;
      }
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [value, optionsKey]);
  const changed = (): void => {
    if (element.current && element.current.value !== value) {
      onChange(element.current.value);
    }
  };
  return h(
    'vscode-dropdown',
    // An arrow key on the closed list chooses too, but the element says nothing of it.
    { ref: element, 'aria-label': label, 'aria-describedby': describedBy, onChange: changed, onKeyUp: changed },
    options.map(({ value: each, text = each, tooltip }) =>
      h('vscode-option', { key: each, value: each, title: tooltip }, text),
    ),
  );
}

/** Purely a sign that something is under way: say the same in words beside it. */
export function ProgressRing(): JSX.Element {
  return h('vscode-progress-ring', { 'aria-hidden': 'true' });
}
