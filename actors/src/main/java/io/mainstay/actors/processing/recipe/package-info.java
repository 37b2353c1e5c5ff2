/**
 * How the work of a session is done, one recipe for each template: what its documents are, the
 * program of a batch, how a result is stored. Entry: {@code Recipes}. Opening and beginning block.
 */
package io.mainstay.actors.processing.recipe;
