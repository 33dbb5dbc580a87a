import { add, cannotConvert, type Convert, weightsOf } from './call.ts';
import { requireActivation } from './convert-activation.ts';
import type { Recurrence } from './plan.ts';

const recurrent =
  (cell: Recurrence['cell']): Convert =>
  (call) => {
    const { layer, config, inputs } = call;
    if (inputs.length !== 1) throw cannotConvert(layer, 'its first state is given');
    if (config['returnState'] === true) throw cannotConvert(layer, 'it returns its state');
    if (config['stateful'] === true) throw cannotConvert(layer, 'it keeps its state from batch to batch');
    const [kernel, recurrentKernel, bias] = weightsOf(call);
    return add(call, {
      kind: 'recurrence',
      cell,
      kernel: kernel!,
      recurrentKernel: recurrentKernel!,
      bias,
      activation: requireActivation(layer, config['activation']),
      gateActivation: requireActivation(layer, config['recurrentActivation'] ?? 'linear'),
      backwards: config['goBackwards'] === true,
      all: config['returnSequences'] === true,
    });
  };

/** By class name, as tfjs saves it. */
export const recurrentLayers: Readonly<Record<string, Convert>> = {
  GRU: recurrent('GRU'),
  LSTM: recurrent('LSTM'),
  SimpleRNN: recurrent('RNN'),
};
