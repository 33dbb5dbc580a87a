/** A command as a line for the shell, which the command's process takes the place of, so that signals reach it. */
export function shellLine(command: readonly string[], cwd?: string): string {
  const words = command.map(quoted).join(' ');
  return cwd === undefined ? `exec ${words}` : `cd ${quoted(cwd)} && exec ${words}`;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
