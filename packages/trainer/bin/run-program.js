// run-program.js SOURCE [ARGUMENT…]: starts a program of another package from the build that the command line runs from.
import { loadProgram } from './load-program.js';

// The program sees its own arguments alone.
const [source] = process.argv.splice(2, 1);
await loadProgram(source);
