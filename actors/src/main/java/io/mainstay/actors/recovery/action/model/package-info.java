/** Steps about models: their cache, what stands in for them, loads that stand still. */
package io.mainstay.actors.recovery.action.model;
