/**
 * System tests: real node processes, real workers, real kills. Nothing here sleeps; every wait has
 * a condition and a bound.
 */
package io.mainstay.it;
