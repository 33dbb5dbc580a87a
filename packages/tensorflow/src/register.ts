/*
 * import '@glyphlab/tensorflow/register';
 * import * as tf from '@tensorflow/tfjs-node';
 *
 * The program's own tfjs-node, or tfjs-node-gpu, then runs on the TensorFlow of the cache, whatever became of its install script.
 */
import { GlyphlabError } from '@glyphlab/core';
import { locateTensorFlow } from './installation.ts';
import { openQuietly, patchNodeUtil } from './load.ts';
import { answerTfjsNode } from './tfjs-node.ts';

patchNodeUtil();
answerTfjsNode((asking) => {
  const installation = (asking === 'gpu' ? locateTensorFlow('gpu') : undefined) ?? locateTensorFlow('cpu');
  if (!installation)
    throw new GlyphlabError('TENSORFLOW_NOT_INSTALLED', 'Native TensorFlow is not installed on this machine.', {
      hint: 'Install it, once for all programs: npx @glyphlab/tensorflow install',
    });
  openQuietly(installation);
  return installation.binding;
});
