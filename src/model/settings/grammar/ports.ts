import * as v from 'valibot';

const fault = 'is not a port: a whole number from 1 to 65535';

/** The number of a port. */
export const port = v.pipe(v.number(fault), v.integer(fault), v.minValue(1, fault), v.maxValue(65_535, fault));
