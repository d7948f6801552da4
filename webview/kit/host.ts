import type { After, Port } from '../../src/page/rpc';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The editor as a page sees it. */
export interface Host {
  readonly port: Port;
  /** What the page kept when it was last hidden or reloaded; undefined the first time. Check its shape. */
  readonly kept: unknown;
  /** Keeps plain JSON data over hide, show and reload of the window. */
  readonly keep: (state: unknown) => void;
}

/** May be called once in the life of a document: the editor hands out its API only once. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    port: {
      post: message => {
        api.postMessage(message);
      },
      onMessage: listener => {
        const heard = (event: MessageEvent<unknown>): void => {
          listener(event.data);
        };
        window.addEventListener('message', heard);
        return {
          dispose: () => {
            window.removeEventListener('message', heard);
          },
        };
      },
    },
    kept: api.getState(),
    keep: state => {
      api.setState(state);
    },
  };
}

export const afterTimeout: After = (delayMs, callback) => {
  const timer = setTimeout(callback, delayMs);
  return () => {
    clearTimeout(timer);
  };
};
