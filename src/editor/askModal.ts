import * as vscode from 'vscode';
import { firstLines, oneLine, plainLines } from './plainText';

/** A question that must be answered before anything goes on. Its texts may hold anything. */
export interface ModalQuestion<Answer extends string> {
  readonly sentence: string;
  readonly detail: string;
  /** The words on the buttons, the likeliest first. */
  readonly answers: readonly Answer[];
  /** The word on the button that does nothing, as Escape does. */
  readonly decline: string;
}

const longestSentence = 300;
const mostLines = 30;

/** Asks in a modal; undefined when the user declines. */
export async function askModal<Answer extends string>({
  sentence,
  detail,
  answers,
  decline,
}: ModalQuestion<Answer>): Promise<Answer | undefined> {
  const line = oneLine(sentence);
  const message = line.length > longestSentence ? `${line.slice(0, longestSentence)} …` : line;
  const buttons: vscode.MessageItem[] = [
    ...answers.map(title => ({ title })),
    { title: decline, isCloseAffordance: true },
  ];
  const options = { modal: true, detail: firstLines(plainLines(detail), mostLines) };
  const picked = await vscode.window.showWarningMessage(message, options, ...buttons);
  return answers.find(answer => answer === picked?.title);
}
