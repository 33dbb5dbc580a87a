/** What a person types to see what native TensorFlow needs and lacks here. */
export const DOCTOR = 'npx @glyphlab/tensorflow doctor';
