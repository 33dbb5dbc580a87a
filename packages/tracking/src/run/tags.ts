/** Tag of a run: our UUID of it, by which it is found before it is created a second time. */
export const UUID_TAG = 'glyphlab.uuid';
/** Tag of a run: the UUID of its parent, which looks for it if it comes to the server later. */
export const PARENT_UUID_TAG = 'glyphlab.parent';
/** Tag of a run: what ended it, if it did not finish. */
export const ERROR_TAG = 'glyphlab.error';
/** Tag of a run: MLflow's id of its parent, under which its page shows the run. */
export const PARENT_TAG = 'mlflow.parentRunId';
/** Tag of a run: why its search stopped it. */
export const STOPPED_TAG = 'glyphlab.stoppedEarly';
/** Tag of the run of a set: its name. */
export const SET_TAG = 'glyphlab.set';
/** Tag of a run: `true` if it is not to be removed. */
export const KEEP_TAG = 'glyphlab.keep';
/** Tag of a run: what a person wrote about it. */
export const NOTE_TAG = 'glyphlab.note';
