/*
 * Metrics as kinds with their options, without what measures them: for whoever reads configurations.
 */
export { defineMetric } from './metrics/define-metric.ts';
export { metrics } from './metrics/kinds.ts';
