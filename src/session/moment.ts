/** Moments, as sessions use them. */

export { elapsed, type Moment, now } from "../home/moment.js";
