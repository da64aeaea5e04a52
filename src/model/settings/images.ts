import {image, imageTag, repository} from './grammar/containers.ts';

/** The settings of the images that the containers are made from. */
export const imageSettings = {
  'images.repository': {
    schema: repository,
    default: 'ghcr.io/jitsi',
    help: "The registry folder of Jitsi's four images.",
    question: {group: 'Advanced', title: "Registry folder of Jitsi's images"},
  },
  'images.tag': {
    schema: imageTag,
    default: 'stable-11248',
    help: "The tag of Jitsi's images: which release runs.",
    question: {group: 'Advanced', title: "Tag of Jitsi's images"},
  },
  'images.coturn': {
    schema: image,
    default: 'ghcr.io/coturn/coturn:4.17.0-r0',
    help: "The relay's image with its tag.",
    question: {group: 'Advanced', title: 'Image of the relay'},
  },
} as const;
