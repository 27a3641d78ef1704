/** The size of load tests: small in `npm test`, full in `npm run test:full`. */

/** The size for `npm test`, or the one for `npm run test:full`. */
export const scale = <Size>(quick: Size, full: Size): Size => (process.env["TEST_SCALE"] === "full" ? full : quick);

/**
 * Which rows of a generated table `npm test` takes: one in so many, by the sum of a row's places in its lists, so that any
 * two members still meet. `npm run test:full` takes all.
 */
export const sampled = (oneIn: number, ...places: number[]): boolean =>
	places.reduce((sum, place) => sum + place, 0) % scale(oneIn, 1) === 0;

/** Whether tests run that wait for a back-off of several seconds. */
export const waits = scale(false, true);
