/** Modes that recoveries enter, and what takes them back when what led to them is over. */
package io.mainstay.actors.recovery.action.relief;
