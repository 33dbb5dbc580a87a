import { expect, test, vi } from 'vitest';
import { interactiveChart } from './interactive.ts';

test.each([false, true])(
  'curves have one legend, and nobody is warned; with the diagonal: %s',
  async (withDiagonal) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const curves = ['a', 'b'].map((name) => ({ name, points: [[1, 0.5], [2, 0.6]] as const })); // prettier-ignore
    const spec = (await interactiveChart({
      xTitle: 'Epoch',
      yTitle: 'Accuracy',
      isShare: true,
      withDiagonal,
      curves,
    })) as {
      legends: object[];
    };
    expect(spec.legends).toHaveLength(1);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  },
);
