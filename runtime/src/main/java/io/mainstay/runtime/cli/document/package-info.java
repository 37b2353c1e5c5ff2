/**
 * What {@code -o json} prints where it is more than a view of the node: one record for each shape.
 * Fields only grow.
 */
package io.mainstay.runtime.cli.document;
