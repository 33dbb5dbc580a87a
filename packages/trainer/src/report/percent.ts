/** 0.9935 as `99.35 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
