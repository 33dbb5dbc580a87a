/*
 * Metrics as kinds with their options, without what measures them: for whoever reads configurations.
 */
export { defineMetric, metrics } from './metrics/kinds.ts';
