/** How big storms are: `npm test` runs small ones, `npm run test:full` runs all of it. */

/** The size for `npm test`, or the one for `npm run test:full`. */
export const scale = <Size>(quick: Size, full: Size): Size => (process.env["TEST_SCALE"] === "full" ? full : quick);
