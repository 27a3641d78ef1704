/** The size of load tests: small in `npm test`, full in `npm run test:full`. */

/** The size for `npm test`, or the one for `npm run test:full`. */
export const scale = <Size>(quick: Size, full: Size): Size => (process.env["TEST_SCALE"] === "full" ? full : quick);
