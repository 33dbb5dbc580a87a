import { installTensorFlow } from './install.ts';
import { makePrebuilt } from './make-prebuilt.ts';

/*
 * For the release: compiles what the package ships for this system into the folder that is named, or says that none is made for it.
 */
const made = await makePrebuilt(process.argv[2]!, await installTensorFlow({ onMessage: console.log }));
if (!made) console.log(`No addons are shipped for ${process.platform} on ${process.arch}.`);
