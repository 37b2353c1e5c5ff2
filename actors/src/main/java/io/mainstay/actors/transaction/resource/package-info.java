/**
 * What the participants hold, in the books of the domains themselves: devices, ledgers, models,
 * heap, pipelines, workers. Each {@code Resources} belongs to one participant, whose actor calls
 * it.
 */
package io.mainstay.actors.transaction.resource;
