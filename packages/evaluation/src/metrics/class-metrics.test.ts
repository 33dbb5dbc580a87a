import { expect, test } from 'vitest';
import { measureClasses } from './class-metrics.ts';

test('precision, recall and F1 agree with the example of scikit-learn’s classification_report', () => {
  // y_true = [0, 1, 2, 2, 2], y_pred = [0, 0, 2, 2, 1]
  const { perClass, macro } = measureClasses(
    [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 2],
    ],
    ['class 0', 'class 1', 'class 2'],
  );
  const rounded = perClass.map(({ precision, recall, f1, support }) => [
    ...[precision, recall, f1].map((value) => value.toFixed(2)),
    support,
  ]);
  expect(rounded).toEqual([
    ['0.50', '1.00', '0.67', 1],
    ['0.00', '0.00', '0.00', 1],
    ['1.00', '0.67', '0.80', 3],
  ]);
  expect([macro.precision, macro.recall, macro.f1].map((value) => value.toFixed(2))).toEqual(['0.50', '0.56', '0.49']);
});

test('a class that neither occurs nor is predicted stays out of the averages', () => {
  const confusion = [
    [3, 0, 1],
    [0, 0, 0],
    [0, 0, 4],
  ];
  const { perClass, macro } = measureClasses(confusion, ['a', 'never', 'b']);
  expect(perClass[1]).toEqual({ name: 'never', precision: 0, recall: 0, f1: 0, support: 0 });
  expect(macro.precision).toBeCloseTo((1 + 4 / 5) / 2);
  expect(macro.recall).toBeCloseTo((3 / 4 + 1) / 2);
  expect(macro.f1).toBeCloseTo((6 / 7 + 8 / 9) / 2);
});

test('without any example every figure is zero', () => {
  expect(measureClasses([[0]], ['a']).macro).toEqual({ precision: 0, recall: 0, f1: 0 });
});
