/*
 * Schedules and callbacks as kinds with their options, without TensorFlow: for whoever reads configurations.
 */
export { defineCallback } from './callbacks/callback.ts';
export { callbacks } from './callbacks/kinds.ts';
export { schedules } from './schedules/kinds.ts';
export { defineSchedule } from './schedules/schedule.ts';
