import * as v from 'valibot';
import {network} from './grammar/addresses.ts';
import {port} from './grammar/ports.ts';

/** The settings of the metrics for Prometheus. */
export const metricsSettings = {
  'metrics.enabled': {
    schema: v.boolean('is neither true nor false'),
    default: false,
    help: 'Whether metrics for Prometheus are offered at /metrics.',
    example: 'true',
  },
  'metrics.allow': {
    schema: v.pipe(
      v.array(network),
      v.minLength(1, 'is empty; at least one is needed'),
      v.maxLength(50, 'has more than 50 networks'),
      v.readonly(),
    ),
    default: ['127.0.0.1'],
    help: 'The addresses and networks that may read the metrics; others get no answer.',
    example: '[127.0.0.1, 192.168.1.0/24]',
  },
  'metrics.port': {schema: port, default: 9812, help: 'nginx offers the metrics on this port, without TLS.'},
} as const;
