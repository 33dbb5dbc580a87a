/**
 * Which command helps, by the code of an error or a message. The libraries that say what happened know no commands; what helps
 * without one is a hint of theirs.
 */
export const commands: Readonly<Record<string, string>> = {
  MODEL_NOT_READY: 'To send refused files again: npx glyphlab sync --retry-refused',
  RUNS_REFUSED: 'What the server said: npx glyphlab sync',
  RUNS_UNKNOWN_FIELD: 'To see those of a run: npx glyphlab runs show latest',
  RUNS_WAITING: 'To send what is waiting: npx glyphlab sync',
};

/** @returns undefined if no command helps */
export const advice = (code: string): string | undefined =>
  Object.hasOwn(commands, code) ? commands[code] : undefined;
