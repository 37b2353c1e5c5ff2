/** A text input as documents: checked bytes, cut into lines. Pure but for reading its stream. */
package io.mainstay.actors.processing.text;
