import * as v from 'valibot';
import {image} from './grammar/containers.ts';

const toggle = v.boolean('is neither true nor false');

/** The settings of what is not needed for meetings, each with a container of its own. */
export const extraSettings = {
  'extras.whiteboard': {
    schema: toggle,
    default: false,
    help: 'Whether participants can draw together on a whiteboard (Excalidraw).',
    question: {group: 'Extras', title: 'Offer a whiteboard'},
  },
  'extras.etherpad': {
    schema: toggle,
    default: false,
    help: 'Whether participants can write a text together (Etherpad).',
    question: {group: 'Extras', title: 'Offer a shared text'},
  },
} as const;

/** The images of the extras. */
export const extraImages = {
  'images.whiteboard': {
    schema: image,
    default: 'jitsi/excalidraw-backend:2026.3.0',
    help: "The whiteboard's image with its tag.",
  },
  'images.etherpad': {
    schema: image,
    default: 'ghcr.io/ether/etherpad:3.3.1',
    help: "Etherpad's image with its tag.",
  },
} as const;
