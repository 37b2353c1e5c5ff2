/** Steps about sessions: resting, restoring, restarting; queues, claims, templates, requests. */
package io.mainstay.actors.recovery.action.processing;
