/** How far something long has come. */
export interface Progress {
  /** What is under way, as `Downloading train-images-idx3-ubyte.gz`. */
  label: string;
  done: number;
  /** Undefined if it is not known how much there is. */
  total?: number;
  unit?: 'bytes' | 'images' | 'files' | 'steps';
  /** What else is to be told, at the end of the line. */
  note?: string;
}

/**
 * Takes what a person should read.
 *
 * @param code of what a command of the program can help with, as an error has one; stable, `SCREAMING_SNAKE_CASE`
 */
export type OnMessage = (text: string, code?: string) => void;

/** Called often; implementations decide how often to print. */
export type OnProgress = (progress: Progress) => void;
