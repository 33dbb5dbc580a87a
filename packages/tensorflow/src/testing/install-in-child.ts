import { installWheels } from '../install.ts';
import type { Installation } from '../installation.ts';
import type { Wheel } from '@glyphlab/python';

/** Installs in a process of its own, for tests of several processes and of killed ones. Prints each message as a line. */
const { wheel, installation } = JSON.parse(process.argv[2]!) as { wheel: Wheel; installation: Installation };
await installWheels([wheel], installation, { onMessage: (message) => console.log(message) });
