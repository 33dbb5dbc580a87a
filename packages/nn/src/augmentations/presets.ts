/** What `augmentation: photo` and `augmentation: handwriting` stand for. */
export const augmentationPresets = {
  // As experiments/best.yaml: chosen on validation images of EMNIST; elastic distortion does worse there.
  handwriting: [{ type: 'affine', rotation: 10, scale: 0.1, shear: 10, translate: 2.8 }],
  // torchvision's usual ones, milder: people have hundreds of pictures and tens of epochs.
  photo: [
    { type: 'randomResizedCrop', area: [0.5, 1] },
    { type: 'flip', horizontal: 0.5 },
    { type: 'affine', rotation: 10, fill: 'edge' },
    { type: 'colorJitter', brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.02 },
  ],
} as const;
