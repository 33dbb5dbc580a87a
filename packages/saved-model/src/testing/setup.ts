import { installTensorFlow, loadTensorFlow } from '@glyphlab/tensorflow';

loadTensorFlow(await installTensorFlow());
