import * as v from 'valibot';

/** The settings of what the router is asked for. */
export const routerSettings = {
  'router.forward': {
    schema: v.boolean('is neither true nor false'),
    default: false,
    help: 'Whether the router is asked to forward the ports (PCP, NAT-PMP, UPnP); a timer renews it.',
    question: {group: 'Advanced', title: 'Ask the router to forward the ports'},
  },
} as const;
