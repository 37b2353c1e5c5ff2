/**
 * Protection of a node whose components fail together: how each component is, what share of them
 * may be unhealthy, and the watch that says so when it is more.
 */
package io.mainstay.actors.degradation.protection;
