/** Pictures: what they are in memory, and the programs that make and change them. */
package io.mainstay.actors.processing.image;
