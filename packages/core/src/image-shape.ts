/** Height and width in pixels, then channels (1 grey, 3 colour): the order of NHWC without the batch. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Values that one image holds. */
export const imageSize = ([height, width, channels]: ImageShape): number => height * width * channels;
