/** What recoveries do about memory: measuring it, freeing it, resting what needs it. */
package io.mainstay.actors.recovery.action.memory;
