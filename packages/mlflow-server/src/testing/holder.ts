/** Holds a server until it is killed: `holder.ts own|shared DIRECTORY`. Prints the server's process id and address. */
import { sharedLocalServer } from '../shared-server.ts';
import { startServer } from '../start-server.ts';

const [kind, directory] = process.argv.slice(2);
const server = kind === 'own' ? await startServer({ directory: directory! }) : await sharedLocalServer(directory!);
console.log(`${server.pid} ${server.url}`);
process.stdin.resume();
