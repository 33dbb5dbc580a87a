import { installTensorFlow, loadTensorFlow, prepareKernels } from '@glyphlab/tensorflow';

const installation = await installTensorFlow();
await prepareKernels(installation);
loadTensorFlow(installation);
